using System.Net.Http.Headers;
using System.Text;

namespace Emulators.SyncGateway.Wire;

/// <summary>Who may in. The admin port asks nobody; the public one does not even tell which databases there are.</summary>
internal static class Access
{
    /// <summary>The database a request names, when its sender may use it; sets <see cref="Exchange.User"/>.</summary>
    /// <exception cref="Refusal">401 or 404.</exception>
    public static Database Admit(Exchange exchange, string keyspace)
    {
        var name = keyspace.EndsWith("._default", StringComparison.Ordinal) ? keyspace.Split('.')[0] : keyspace;
        var database = exchange.Emulator.Find(name);
        if (exchange.Admin)
        {
            return database ?? throw new Refusal(404, $"no such database \"{name}\"");
        }

        exchange.User = UserOf(exchange);
        return exchange.User is not null && database is not null ? database : throw Unauthorized(exchange, "Login required");
    }

    public static Refusal Unauthorized(Exchange exchange, string reason)
    {
        exchange.Response.Headers.WWWAuthenticate = "Basic realm=\"Couchbase Sync Gateway\"";
        return new(401, reason);
    }

    private static string? UserOf(Exchange exchange)
    {
        var options = exchange.Emulator.Options;
        if (!AuthenticationHeaderValue.TryParse(exchange.Request.Headers.Authorization.ToString(), out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return options.Guest ? SyncGatewayEmulator.Guest : null;
        }

        var pair = new byte[header.Parameter?.Length ?? 0];
        if (Convert.TryFromBase64String(header.Parameter ?? "", pair, out var length)
            && Encoding.UTF8.GetString(pair, 0, length).Split(':', 2) is [var user, var password]
            && options.Users.TryGetValue(user, out var expected)
            && expected == password)
        {
            return user;
        }

        throw Unauthorized(exchange, "Invalid login");
    }
}
