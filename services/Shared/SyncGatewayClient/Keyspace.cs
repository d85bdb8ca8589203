using System.Text.RegularExpressions;

namespace OfflineActions.SyncGateway;

/// <summary>What names the place where documents live: <c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</summary>
public static partial class Keyspace
{
    /// <summary>Whether Sync Gateway can have a keyspace of this name. Whether it has one, only asking tells.</summary>
    public static bool IsValid(string? keyspace) => keyspace is not null && Pattern.IsMatch(keyspace);

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_$()+%-]*(\.[A-Za-z0-9_%-]+){0,2}\z")]
    private static partial Regex Pattern { get; }
}
