using System.Text;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Authentication and authorization. The admin port needs none; the public port does not reveal which databases exist.</summary>
internal static class Authentication
{
    private const string Basic = "Basic ";

    /// <summary>Returns the database of a request and sets <see cref="RequestContext.Access"/>.</summary>
    /// <exception cref="HttpError">
    /// 400: no database can have the name. 401: not allowed. 404: unknown database or collection. 503: offline. 500: no keyspace.
    /// </exception>
    public static Database Authorize(RequestContext context, string keyspace, Resource resource)
    {
        var name = resource.IsInKeyspace ? Keyspace.DatabaseOf(keyspace) : keyspace;
        var database = context.Emulator.Find(name);
        if (database is null && !Database.IsName(name))
        {
            throw new HttpError(400, $"invalid database name {GoText.Quote(name)}");
        }

        if (database is { Offline: true } && !resource.Offline)
        {
            throw new HttpError(503, "DB is currently under maintenance");
        }

        if (context.Admin)
        {
            return database is not null
                ? InKeyspace(database, keyspace, resource)
                : throw new HttpError(404, $"no such database {GoText.Quote(name)}");
        }

        if (database is null)
        {
            throw new HttpError(401, ReasonFor(context, DatabaseConfiguration.DefaultCookieName));
        }

        // Logging out needs a login, unlike the other requests about the session.
        var anonymous = resource.Anonymous && context.Request.Method != "DELETE";
        context.Access = Authenticate(context, database, database.CollectionOf(keyspace), anonymous);
        return context.Access is null && !anonymous
            ? throw Unauthorized(context, database, ReasonFor(context, database.Configuration.CookieName))
            : InKeyspace(database, keyspace, resource);
    }

    /// <summary>401 that tells how to log in.</summary>
    public static HttpError Unauthorized(RequestContext context, Database? database, string reason)
    {
        if (database?.Configuration.ShowRealm ?? true)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"Couchbase Sync Gateway\"";
        }

        return new(401, reason);
    }

    private static Database InKeyspace(Database database, string keyspace, Resource resource) =>
        !resource.IsInKeyspace || database.Find(keyspace) is not null ? database : throw Keyspace.NotFound(keyspace);

    /// <param name="context">The request.</param>
    /// <param name="database">The database.</param>
    /// <param name="collection">The collection.</param>
    /// <param name="anonymous">Whether the request needs no login: then an ended session is ignored.</param>
    /// <returns>Null when the guest is disabled.</returns>
    private static UserAccess? Authenticate(RequestContext context, Database database, string collection, bool anonymous)
    {
        if (BasicOf(context) is var (name, password))
        {
            return database.Principals.FindUser(name) is { IsGuest: false } user && user.Accepts(password)
                ? database.Principals.FindAccess(name, collection)
                : throw Unauthorized(context, database, "Invalid login");
        }

        if (context.Request.Headers.Cookie.Count > 0 && context.Request.Cookies[database.Configuration.CookieName] is { } id)
        {
            try
            {
                return AccessOf(context, database, collection, id);
            }
            catch (HttpError) when (anonymous)
            {
                // Answered as without a session.
            }
        }

        return database.Principals.FindAccess(User.GuestName, collection) is { User.Disabled: false } guest ? guest : null;
    }

    /// <exception cref="HttpError">401: the session ended.</exception>
    private static UserAccess AccessOf(RequestContext context, Database database, string collection, string id)
    {
        var session = database.Sessions.Find(id) ?? throw new HttpError(401, "Session Invalid");
        if (session.Revoked)
        {
            throw new HttpError(401, "Session no longer valid for user");
        }

        if (database.Sessions.Extend(session) is { } longer)
        {
            SessionResource.SetCookie(context, database, longer);
        }

        return database.Principals.FindAccess(session.User, collection) is { User.Disabled: false } access
            ? access
            : throw new HttpError(401, "Session Invalid");
    }

    private static string ReasonFor(RequestContext context, string cookie) =>
        HasCredentials(context, cookie) ? "Invalid login" : "Login required";

    private static bool HasCredentials(RequestContext context, string cookie) =>
        BasicOf(context) is not null
        || (context.Request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.Ordinal)
            && context.Request.Headers.Authorization.ToString().Length > "Bearer ".Length)
        || context.Request.Cookies.ContainsKey(cookie);

    /// <summary>Name and password; null without them, and when the header is malformed: Sync Gateway does not tell these apart.</summary>
    private static (string Name, string Password)? BasicOf(RequestContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Basic, StringComparison.Ordinal))
        {
            return null;
        }

        var pair = new byte[header.Length];
        return Convert.TryFromBase64String(header[Basic.Length..], pair, out var length)
            && Encoding.UTF8.GetString(pair, 0, length).Split(':', 2) is [{ Length: > 0 } user, var password]
                ? (user, password)
                : null;
    }
}
