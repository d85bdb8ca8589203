namespace OfflineActions.Emulators.Store;

/// <summary>What the sync function said of one revision.</summary>
/// <param name="Channels">The channels it is in, sorted.</param>
/// <param name="Access">Channels by user, or by <c>role:</c> and a role's name.</param>
/// <param name="Roles">Roles by user.</param>
/// <param name="Expiry">When the document expires, as <c>_exp</c> would say it; null when the function did not.</param>
internal sealed record SyncOutcome(
    IReadOnlyList<string> Channels,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Access,
    IReadOnlyDictionary<string, IReadOnlyList<string>> Roles,
    string? Expiry = null)
{
    private static readonly Dictionary<string, IReadOnlyList<string>> Nothing = [];

    public static SyncOutcome None { get; } = new([], Nothing, Nothing);

    public bool Grants => Access.Count > 0 || Roles.Count > 0;

    public static SyncOutcome InChannels(IEnumerable<string> channels) =>
        Valid(channels) is { Length: > 0 } valid ? None with { Channels = valid } : None;

    /// <summary>Without what cannot be a document's channel; everything is in <c>*</c> anyway.</summary>
    public static string[] Valid(IEnumerable<string> channels) =>
        [.. channels.Where(name => name.Length > 0 && name != "*" && !name.Contains(',', StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
}
