namespace OfflineActions.Gateway.CatchUp;

/// <summary>When catch-up publishes, and how much it keeps in mind.</summary>
/// <param name="Grace">How long a request is left to the webhook.</param>
/// <param name="RepublishAfter">How long what was published is not published again.</param>
/// <param name="MaxOpen">How many open requests are kept in memory.</param>
internal sealed record CatchUpLimits(TimeSpan Grace, TimeSpan RepublishAfter, int MaxOpen);
