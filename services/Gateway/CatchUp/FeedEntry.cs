namespace OfflineActions.Gateway.CatchUp;

/// <summary>What one row of the changes feed says about a document, as far as catch-up is concerned.</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="Revision">The revision that asks; empty when nothing is asked for.</param>
/// <param name="Request">What it asks for, by the name of a route; null when it asks for nothing that is answered here.</param>
internal sealed record FeedEntry(string Id, string Revision, string? Request)
{
    /// <summary>A document that asks for nothing, or no longer.</summary>
    public static FeedEntry WithoutRequest(string id) => new(id, "", null);
}
