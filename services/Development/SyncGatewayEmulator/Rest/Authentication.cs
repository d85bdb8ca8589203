using System.Net.Http.Headers;
using System.Text;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Authentication and authorization. The admin port needs none; the public port does not reveal which databases exist.</summary>
internal static class Authentication
{
    /// <summary>Returns the database of a request and sets <see cref="RequestContext.Access"/>.</summary>
    /// <exception cref="HttpError">401: not allowed. 404: unknown database or collection. 503: offline.</exception>
    public static Database Authorize(RequestContext context, string keyspace, Resource resource)
    {
        var name = keyspace.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? keyspace[..dot] : keyspace;
        var database = context.Emulator.Find(name);
        if (database is { Offline: true } && !resource.Offline)
        {
            throw new HttpError(503, "DB is currently under maintenance");
        }

        if (context.Admin)
        {
            return database is null ? throw new HttpError(404, $"no such database \"{name}\"") : InKeyspace(database, keyspace);
        }

        if (database is null)
        {
            throw Unauthorized(context, null, BasicOf(context) is null ? "Login required" : "Invalid login");
        }

        context.Access = Authenticate(context, database, database.CollectionOf(keyspace));
        return context.Access is null && !resource.Anonymous
            ? throw Unauthorized(context, database, "Login required")
            : InKeyspace(database, keyspace);
    }

    public static HttpError Unauthorized(RequestContext context, Database? database, string reason)
    {
        if (database?.Configuration.ShowRealm ?? true)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Couchbase Sync Gateway\"";
        }

        return new(401, reason);
    }

    /// <summary>A name with a dot names a collection, which must exist; a name without names the database.</summary>
    private static Database InKeyspace(Database database, string keyspace) =>
        keyspace.Length == database.Name.Length || database.Find(keyspace) is not null
            ? database
            : throw new HttpError(404, $"keyspace {keyspace} not found");

    private static UserAccess? Authenticate(RequestContext context, Database database, string collection)
    {
        if (BasicOf(context) is var (name, password))
        {
            return database.Principals.FindUser(name) is { IsGuest: false } user && user.Accepts(password)
                ? database.Principals.FindAccess(name, collection)
                : throw Unauthorized(context, database, "Invalid login");
        }

        if (context.Request.Headers.Cookie.Count > 0 && context.Request.Cookies[database.Configuration.CookieName] is { } id)
        {
            var session = database.Sessions.Find(id) ?? throw Unauthorized(context, database, "Session Invalid");
            if (database.Sessions.Extend(session) is { } longer)
            {
                SessionResource.SetCookie(context, database, longer);
            }

            return database.Principals.FindAccess(session.User, collection) is { User.Disabled: false } access
                ? access
                : throw Unauthorized(context, database, "Session Invalid");
        }

        return database.Principals.FindAccess(User.GuestName, collection) is { User.Disabled: false } guest ? guest : null;
    }

    private static (string Name, string Password)? BasicOf(RequestContext context)
    {
        if (context.Request.Headers.Authorization.Count == 0
            || !AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization.ToString(), out var header)
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
