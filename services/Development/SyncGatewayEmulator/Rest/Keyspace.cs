using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>The names in a keyspace: <c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</summary>
internal static class Keyspace
{
    /// <summary>The name of the database.</summary>
    /// <exception cref="HttpError">500, as in Sync Gateway: too many names, or an empty one.</exception>
    public static string DatabaseOf(string keyspace)
    {
        if (!keyspace.Contains('.', StringComparison.Ordinal))
        {
            return keyspace;
        }

        var names = keyspace.Split('.');
        return names.Length > 3 ? throw Unreadable($"unknown keyspace format: {GoText.Quote(keyspace)} - expected 1-3 fields")
            : names.Contains("") ? throw Unreadable($"keyspace fields cannot be empty: {GoText.Quote(keyspace)}")
            : names[0];
    }

    /// <summary>The error for a collection that does not exist: without a name it is the default one.</summary>
    public static HttpError NotFound(string keyspace)
    {
        var collection = keyspace.Contains('.', StringComparison.Ordinal) ? "" : "." + CollectionConfiguration.DefaultName;
        return new(404, $"keyspace {keyspace}{collection} not found");
    }

    private static HttpError Unreadable(string reason) => new(500, $"Internal error: {reason}");
}
