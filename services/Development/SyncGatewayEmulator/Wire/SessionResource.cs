using System.Globalization;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Wire;

/// <summary>Logging in by a cookie.</summary>
internal static class SessionResource
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(24);

    public static Task GetAsync(Exchange exchange) => DescribeAsync(exchange, exchange.Viewer);

    public static async Task LogInAsync(Exchange exchange)
    {
        CrossOrigin.CheckLogin(exchange);
        var database = exchange.Database;
        var sent = await exchange.ReadObjectAsync();
        var user = database.Principals.FindUser(sent.Text("name"u8) ?? "");
        if (user is null or { IsGuest: true } || !user.Accepts(sent.Text("password"u8) ?? ""))
        {
            // A login that is there already counts, if the one that is sent does not.
            user = exchange.Viewer?.User is { IsGuest: false } known ? known : throw new HttpError(401, "Invalid login");
        }

        SetCookie(exchange, database, database.Sessions.Begin(user.Name, Usual));
        await DescribeAsync(exchange, database.Principals.View(user.Name));
    }

    public static Task LogOutAsync(Exchange exchange)
    {
        CrossOrigin.CheckLogin(exchange);
        var database = exchange.Database;
        if (exchange.Request.Cookies[database.Configuration.CookieName] is not { } id || !database.Sessions.End(id))
        {
            throw new HttpError(404, "no session");
        }

        exchange.Response.Cookies.Delete(database.Configuration.CookieName, new() { Path = "/" + database.Name });
        exchange.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    public static async Task CreateAsync(Exchange exchange)
    {
        var sent = await exchange.ReadObjectAsync();
        var name = sent.Text("name"u8) ?? "";
        if (name.Length == 0 || name == User.GuestName)
        {
            throw new HttpError(400, "Invalid or missing user name");
        }

        if (exchange.Database.Principals.FindUser(name) is null)
        {
            throw new HttpError(404, $"No such user \"{name}\"");
        }

        var length = Usual;
        if (sent.Value("ttl"u8) is { } ttl)
        {
            var text = System.Text.Encoding.UTF8.GetString(ttl.Span);
            length = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
                ? TimeSpan.FromSeconds(seconds)
                : throw new HttpError(400, "Invalid or missing ttl");
        }

        var session = exchange.Database.Sessions.Begin(name, length);
        await exchange.ReplyAsync(200, new Utf8Buffer()
            .Append("{\"session_id\":"u8).Text(session.Id)
            .Append(",\"expires\":"u8).Text(session.Expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
            .Append(",\"cookie_name\":"u8).Text(exchange.Database.Configuration.CookieName).Append((byte)'}').Memory);
    }

    public static Task GetOtherAsync(Exchange exchange) =>
        DescribeAsync(exchange, exchange.Database.Principals.View(Existing(exchange, exchange.Name).User));

    public static Task DeleteOtherAsync(Exchange exchange) => EndAsync(exchange, exchange.Database.Sessions.End(exchange.Name));

    public static Task DeleteAllOfUserAsync(Exchange exchange)
    {
        exchange.Database.Sessions.EndAllOf(exchange.Name);
        return EndAsync(exchange, ended: true);
    }

    public static Task DeleteOfUserAsync(Exchange exchange) =>
        EndAsync(exchange, Existing(exchange, exchange.SubName).User == exchange.Name && exchange.Database.Sessions.End(exchange.SubName));

    public static void SetCookie(Exchange exchange, Database database, Session session) => exchange.Response.Cookies.Append(
        database.Configuration.CookieName,
        session.Id,
        new()
        {
            Path = "/" + database.Name,
            Expires = session.Expires,
            HttpOnly = database.Configuration.CookieHttpOnly,
            Secure = database.Configuration.CookieSecure,
        });

    private static Session Existing(Exchange exchange, string id) =>
        exchange.Database.Sessions.Find(id) ?? throw new HttpError(404, "missing");

    private static Task EndAsync(Exchange exchange, bool ended)
    {
        exchange.Response.ContentLength = 0;
        return ended ? Task.CompletedTask : throw new HttpError(404, "missing");
    }

    private static Task DescribeAsync(Exchange exchange, Viewer? viewer)
    {
        var output = new Utf8Buffer().Append("""{"authentication_handlers":["default","cookie"],"ok":true,"userCtx":{"channels":{"""u8);
        var first = true;
        foreach (var (channel, since) in viewer?.Channels.OrderBy(pair => pair.Key, StringComparer.Ordinal) ?? Enumerable.Empty<KeyValuePair<string, long>>())
        {
            output.Append(first ? ""u8 : ","u8).Text(channel).Append((byte)':').Append(since);
            first = false;
        }

        output.Append("},\"name\":"u8);
        _ = viewer is null or { User.IsGuest: true } ? output.Append("null"u8) : output.Text(viewer.User.Name);
        return exchange.ReplyAsync(200, output.Append("}}"u8).Memory);
    }
}
