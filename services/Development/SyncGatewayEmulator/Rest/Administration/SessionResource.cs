using System.Globalization;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Login sessions with a cookie.</summary>
internal static class SessionResource
{
    private static readonly TimeSpan DefaultLength = TimeSpan.FromHours(24);

    public static Task GetAsync(RequestContext context) =>
        DescribeAsync(context, context.Access?.User.Name ?? (context.Admin ? null : User.GuestName));

    public static async Task LogInAsync(RequestContext context)
    {
        CrossOrigin.CheckLogin(context);
        var database = context.Database;
        var known = context.Access?.User is { IsGuest: false } one ? one : null;
        User? user = null;
        try
        {
            var sent = await context.ReadObjectAsync(GoTypes.Login);
            user = database.Principals.FindUser(sent.Text("name"u8) ?? "");
            user = user is { IsGuest: false } && user.Accepts(sent.Text("password"u8) ?? "") ? user : null;
        }
        catch (HttpError) when (known is not null)
        {
            // With an unreadable body or invalid credentials, an existing session is renewed.
        }

        user ??= known ?? throw new HttpError(401, "Invalid login");

        SetCookie(context, database, database.Sessions.Begin(user.Name, DefaultLength));
        await DescribeAsync(context, user.Name);
    }

    public static Task LogOutAsync(RequestContext context)
    {
        CrossOrigin.CheckLogin(context);
        var database = context.Database;
        if (context.Request.Cookies[database.Configuration.CookieName] is not { } id || !database.Sessions.End(id))
        {
            throw new HttpError(404, "no session");
        }

        context.Response.Headers.SetCookie = string.Create(
            CultureInfo.InvariantCulture,
            $"{database.Configuration.CookieName}=; Path=/{database.Name}; Expires={database.Sessions.Now:R}");
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    public static async Task CreateAsync(RequestContext context)
    {
        var sent = await context.ReadObjectAsync(GoTypes.Session);
        var name = sent.Text("name"u8) ?? "";
        if (name == User.GuestName || !PrincipalChange.IsName(name))
        {
            throw new HttpError(400, "Invalid or missing user name");
        }

        var user = context.Database.Principals.FindUser(name) ?? throw new HttpError(404, $"No such user {GoText.Quote(name)}");

        var length = DefaultLength;
        if (sent.Value("ttl"u8) is { } ttl && !ttl.Span.SequenceEqual("null"u8))
        {
            var text = System.Text.Encoding.UTF8.GetString(ttl.Span);
            length = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
                ? TimeSpan.FromSeconds(seconds)
                : throw new HttpError(400, "Invalid or missing ttl");
        }

        var session = user.Disabled ? throw new HttpError(400, "User is disabled") : context.Database.Sessions.Begin(name, length);
        await context.ReplyAsync(200, new Utf8Buffer()
            .Append("{\"session_id\":"u8).Text(session.Id)
            .Append(",\"expires\":"u8).Text(session.Expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
            .Append(",\"cookie_name\":"u8).Text(context.Database.Configuration.CookieName).Append((byte)'}').Memory);
    }

    public static Task GetOtherAsync(RequestContext context) =>
        DescribeAsync(context, Existing(context, context.Name).User);

    public static Task DeleteOtherAsync(RequestContext context) => EndAsync(context, context.Database.Sessions.End(context.Name));

    public static Task DeleteAllOfUserAsync(RequestContext context)
    {
        context.Database.Sessions.EndAllOf(context.Name);
        return EndAsync(context, ended: true);
    }

    public static Task DeleteOfUserAsync(RequestContext context) =>
        EndAsync(context, Existing(context, context.SubName).User == context.Name && context.Database.Sessions.End(context.SubName));

    /// <summary>Sets the cookie of a session, in the words and order of Go.</summary>
    public static void SetCookie(RequestContext context, Database database, Session session) =>
        context.Response.Headers.SetCookie = string.Create(
            CultureInfo.InvariantCulture,
            $"{database.Configuration.CookieName}={session.Id}; Path=/{database.Name}; Expires={session.Expires.ToUniversalTime():R}")
            + (database.Configuration.CookieHttpOnly ? "; HttpOnly" : "")
            + (database.Configuration.CookieSecure ? "; Secure" : "");

    private static Session Existing(RequestContext context, string id) =>
        context.Database.Sessions.Find(id) ?? throw new HttpError(404, "missing");

    private static Task EndAsync(RequestContext context, bool ended)
    {
        context.Response.ContentLength = 0;
        return ended ? Task.CompletedTask : throw new HttpError(404, "missing");
    }

    /// <summary>Answers with a user and its own channels, without those of its roles; null for an administrator.</summary>
    private static Task DescribeAsync(RequestContext context, string? name)
    {
        var channels = name is null ? new Dictionary<string, long>() : context.Database.Principals.OwnChannelsOf(name);
        var output = new Utf8Buffer().Append("""{"authentication_handlers":["default","cookie"],"ok":true,"userCtx":{"channels":{"""u8);
        var first = true;
        foreach (var (channel, since) in channels.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output.Append(first ? ""u8 : ","u8).Text(channel).Append((byte)':').Append(since);
            first = false;
        }

        output.Append("},\"name\":"u8);
        _ = name is null or User.GuestName ? output.Append("null"u8) : output.Text(name);
        return context.ReplyAsync(200, output.Append("}}"u8).Memory);
    }
}
