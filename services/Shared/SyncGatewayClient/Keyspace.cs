using System.Text.RegularExpressions;

namespace OfflineActions.SyncGateway;

/// <summary>The name of a place where documents are: <c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</summary>
/// <remarks>
/// Sync Gateway's rule for a database, without the slash that it allows: a lower-case letter, then lower-case letters, digits and some
/// signs. A slash would end the keyspace in a path, also in the path of a webhook.
/// </remarks>
public static partial class Keyspace
{
    /// <summary>What a keyspace looks like, for error messages.</summary>
    public const string Expected = "db, db.collection or db.scope.collection, with a lower-case letter first";

    /// <summary>Whether Sync Gateway can have a keyspace of this name. Whether it has one, only a request shows.</summary>
    public static bool IsValid(string? keyspace) => keyspace is not null && Pattern.IsMatch(keyspace);

    /// <summary>The name of its database.</summary>
    public static string GetDatabase(string keyspace) => keyspace.Split('.', 2)[0];

    [GeneratedRegex(@"^[a-z][a-z0-9_$()+-]*(\.[A-Za-z0-9_%-]+){0,2}\z")]
    private static partial Regex Pattern { get; }
}
