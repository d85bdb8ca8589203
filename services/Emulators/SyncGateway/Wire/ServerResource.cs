using System.Text.Json;

namespace Emulators.SyncGateway.Wire;

/// <summary>URLs above the databases.</summary>
internal static class ServerResource
{
    public const string Product = "Couchbase Sync Gateway/3.1.2 CE";

    private const string About =
        "\"couchdb\":\"Welcome\",\"vendor\":{\"name\":\"Couchbase Sync Gateway\",\"version\":\"3.1\"},"
        + "\"version\":\"Couchbase Sync Gateway/3.1.2(0;emulated) CE\",\"persistent_config\":false}";

    public static Task Welcome(Exchange exchange) => exchange.Reply(200, (exchange.Admin ? "{\"ADMIN\":true," : "{") + About);

    public static async Task Ping(Exchange exchange)
    {
        exchange.Response.ContentType = "text/plain; charset=UTF-8";
        exchange.Response.ContentLength = 2;
        await exchange.Response.Body.WriteAsync("OK"u8.ToArray(), exchange.Cancelled);
    }

    public static Task AllDatabases(Exchange exchange) =>
        exchange.Reply(200, JsonSerializer.Serialize(exchange.Emulator.Databases.Select(database => database.Name).Order()));
}
