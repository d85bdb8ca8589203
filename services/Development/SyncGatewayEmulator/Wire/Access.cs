using System.Net.Http.Headers;
using System.Text;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Wire;

/// <summary>Who may in. The admin port asks nobody; the public one does not even tell which databases there are.</summary>
internal static class Access
{
    /// <summary>The database a request names, when its sender may use it; sets <see cref="Exchange.Viewer"/>.</summary>
    /// <exception cref="HttpError">401, 404 or 503.</exception>
    public static Database Admit(Exchange exchange, string keyspace, Resource resource)
    {
        var name = keyspace.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? keyspace[..dot] : keyspace;
        var database = exchange.Emulator.Find(name);
        if (database is { Offline: true } && !resource.Offline)
        {
            throw new HttpError(503, "DB is currently under maintenance");
        }

        if (exchange.Admin)
        {
            return database is null ? throw new HttpError(404, $"no such database \"{name}\"") : InKeyspace(database, keyspace);
        }

        if (database is null)
        {
            throw Unauthorized(exchange, null, BasicOf(exchange) is null ? "Login required" : "Invalid login");
        }

        exchange.Viewer = ViewerOf(exchange, database, database.CollectionOf(keyspace));
        return exchange.Viewer is null && !resource.Anonymous
            ? throw Unauthorized(exchange, database, "Login required")
            : InKeyspace(database, keyspace);
    }

    public static HttpError Unauthorized(Exchange exchange, Database? database, string reason)
    {
        if (database?.Configuration.ShowRealm ?? true)
        {
            exchange.Response.Headers.WWWAuthenticate = "Basic realm=\"Couchbase Sync Gateway\"";
        }

        return new(401, reason);
    }

    /// <summary>A name with a dot is always one of a collection; without, of the database, or of its default collection, which it may not have.</summary>
    private static Database InKeyspace(Database database, string keyspace) =>
        keyspace.Length == database.Name.Length || database.Find(keyspace) is not null
            ? database
            : throw new HttpError(404, $"keyspace {keyspace} not found");

    private static Viewer? ViewerOf(Exchange exchange, Database database, string collection)
    {
        if (BasicOf(exchange) is var (name, password))
        {
            return database.Principals.FindUser(name) is { IsGuest: false } user && user.Accepts(password)
                ? database.Principals.View(name, collection)
                : throw Unauthorized(exchange, database, "Invalid login");
        }

        if (exchange.Request.Headers.Cookie.Count > 0 && exchange.Request.Cookies[database.Configuration.CookieName] is { } id)
        {
            var session = database.Sessions.Find(id) ?? throw Unauthorized(exchange, database, "Session Invalid");
            if (database.Sessions.Prolong(session) is { } longer)
            {
                SessionResource.SetCookie(exchange, database, longer);
            }

            return database.Principals.View(session.User, collection) is { User.Disabled: false } viewer
                ? viewer
                : throw Unauthorized(exchange, database, "Session Invalid");
        }

        return database.Principals.View(User.GuestName, collection) is { User.Disabled: false } guest ? guest : null;
    }

    private static (string Name, string Password)? BasicOf(Exchange exchange)
    {
        if (exchange.Request.Headers.Authorization.Count == 0
            || !AuthenticationHeaderValue.TryParse(exchange.Request.Headers.Authorization.ToString(), out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var pair = new byte[header.Parameter?.Length ?? 0];
        return Convert.TryFromBase64String(header.Parameter ?? "", pair, out var length)
            && Encoding.UTF8.GetString(pair, 0, length).Split(':', 2) is [var user, var password]
                ? (user, password)
                : ("", "?");
    }
}
