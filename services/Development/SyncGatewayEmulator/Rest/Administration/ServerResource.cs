using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Emulators.Rest;

/// <summary>Requests to the server itself.</summary>
internal static class ServerResource
{
    public const string Vendor = "Couchbase Sync Gateway";

    public const string Product = Vendor + "/3.1.2 CE";

    private const string About =
        "\"couchdb\":\"Welcome\",\"vendor\":{\"name\":\"Couchbase Sync Gateway\",\"version\":\"3.1\"},"
        + "\"version\":\"Couchbase Sync Gateway/3.1.2(0;emulated) CE\",\"persistent_config\":false}";

    private const string AboutHidden =
        "\"couchdb\":\"Welcome\",\"vendor\":{\"name\":\"Couchbase Sync Gateway\"},\"version\":\"Couchbase Sync Gateway\",\"persistent_config\":false}";

    public static Task WelcomeAsync(RequestContext context) => context.ReplyAsync(
        200, context.Admin ? "{\"ADMIN\":true," + About : "{" + (context.Emulator.Server.HideVersion ? AboutHidden : About));

    public static async Task PingAsync(RequestContext context)
    {
        context.Response.ContentType = "text/plain; charset=UTF-8";
        await context.WriteAsync("OK"u8.ToArray());
    }

    public static Task AllDatabasesAsync(RequestContext context) =>
        context.ReplyAsync(200, JsonSerializer.Serialize(context.Emulator.Databases.Select(database => database.Name).Order(StringComparer.Ordinal)));

    public static Task StatusAsync(RequestContext context) => context.ReplyAsync(200, new JsonObject
    {
        ["databases"] = new JsonObject(context.Emulator.Databases.OrderBy(database => database.Name, StringComparer.Ordinal)
            .Select(database => KeyValuePair.Create(database.Name, (JsonNode?)new JsonObject
            {
                ["seq"] = database.Offline ? 0 : database.Sequences.Last,
                ["server_uuid"] = "",
                ["state"] = database.Offline ? "Offline" : "Online",
                ["replication_status"] = new JsonArray(),
                ["cluster"] = new JsonObject { ["replication"] = new JsonObject(), ["nodes"] = new JsonObject() },
            }))),
        ["version"] = "Couchbase Sync Gateway/3.1.2(0;emulated) CE",
        ["vendor"] = new JsonObject { ["name"] = Vendor, ["version"] = "3.1" },
    }.ToJsonString());

    public static Task VariablesAsync(RequestContext context) => context.ReplyAsync(200, new JsonObject
    {
        ["cmdline"] = new JsonArray(),
        ["memstats"] = new JsonObject { ["Alloc"] = GC.GetTotalMemory(false) },
        ["syncgateway"] = new JsonObject { ["global"] = new JsonObject(), ["per_db"] = new JsonObject() },
    }.ToJsonString());

    public static Task ConfigurationAsync(RequestContext context)
    {
        ConfigurationResource.CheckRedaction(context);
        return context.ReplyAsync(200, Configuration(context.Emulator).ToJsonString());
    }

    private static JsonObject Configuration(SyncGatewayEmulator emulator) => new()
    {
        ["api"] = new JsonObject
        {
            ["public_interface"] = emulator.PublicUrl.Authority,
            ["admin_interface"] = emulator.AdminUrl.Authority,
            ["admin_interface_authentication"] = false,
        },
        ["databases"] = new JsonObject(emulator.Databases.Select(database =>
            KeyValuePair.Create(database.Name, (JsonNode?)ConfigurationResource.WithoutPasswords(database)))),
    };
}
