using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A document at the depth limit is answered. One above it is not, but an operator finds its message.</summary>
[Category("Broker")]
public sealed class DepthLimitTests
{
    [Test]
    public async Task A_request_at_the_depth_limit_is_answered()
    {
        await using var syncGateway = await StartSyncGatewayAsync(Document.MaxDepth);
        await using var broker = await Broker.VirtualHostAsync();
        await using var swapi = await SwapiEmulator.StartAsync(new SwapiEmulatorOptions { Port = 0, ControlPort = null });
        await using var gateway = await StartAsync("Gateway", broker, syncGateway, swapi);
        await using var worker = await StartAsync("Worker", broker, syncGateway, swapi);

        Assert.That(await Eventually.IsAsync(() => syncGateway.Requests.Any(request =>
            request.Method == "PUT" && request.Target == "/db/deep?rev=1-a")), Is.True);
    }

    [Test]
    public async Task A_request_above_the_depth_limit_is_published_and_ends_in_the_error_queue()
    {
        await using var syncGateway = await StartSyncGatewayAsync(Document.MaxDepth + 1);
        await using var broker = await Broker.VirtualHostAsync();
        await using var swapi = await SwapiEmulator.StartAsync(new SwapiEmulatorOptions { Port = 0, ControlPort = null });
        await using var gateway = await StartAsync("Gateway", broker, syncGateway, swapi);
        await using var worker = await StartAsync("Worker", broker, syncGateway, swapi);
        var errorQueue = ActionCatalog.Default.GetByMessage<PersonRequested>().Queues.Error;

        Assert.That(
            await Eventually.IsAsync(async () => await Messages.CountAsync(broker.Url, [errorQueue]) == 1), Is.True, worker.Output.Last(20));
        var message = (await Messages.TakeAsync(broker.Url, errorQueue)).Single();
        Assert.That((string?)message.Json["documentId"], Is.EqualTo("deep"));
        Assert.That(message.Properties.Headers![FailureHeaders.Code], Is.EqualTo("unreadable_document"u8.ToArray()));
    }

    private static Task<ServiceProcess> StartAsync(string service, VirtualHost broker, ScriptedServer syncGateway, SwapiEmulator swapi) =>
        ServiceProcess.StartAsync(new ServiceOptions
        {
            Service = service,
            Environment = new Dictionary<string, string?>
            {
                ["Bus__Url"] = broker.Url.ToString(),
                ["SyncGateway__Url"] = syncGateway.Url.ToString(),
                ["Swapi__BaseAddresses__0"] = swapi.Url.ToString(),
                ["Gateway__WebhookPassword"] = "a password for tests",
                ["Gateway__CatchUpGrace"] = "00:00:01",
            },
        });

    /// <summary>
    /// A Sync Gateway with one request, nested to that depth. Scripted, because the emulator refuses more than 500 levels.
    /// </summary>
    private static Task<ScriptedServer> StartSyncGatewayAsync(int depth)
    {
        var document = Deep.Document("deep", depth);
        var changes = $$"""{"results":[{"id":"deep","doc":{{document}}}],"last_seq":"1"}""";
        return ScriptedServer.StartAsync(context => (context.Request.Method, context.Request.Path.Value, (string?)context.Request.Query["since"]) switch
        {
            ("PUT", _, _) => ScriptedServer.AnswerAsync(context, 201, """{"id":"any","ok":true,"rev":"0-1"}"""),
            ("GET", "/db/deep", _) => ScriptedServer.AnswerAsync(context, 200, document),
            ("GET", "/db/", _) => ScriptedServer.AnswerAsync(context, 200, """{"db_name":"db","instance_start_time":1,"state":"Online"}"""),
            ("GET", "/db/_changes", "0") => ScriptedServer.AnswerAsync(context, 200, changes),
            ("GET", "/db/_changes", _) => Task.Delay(Timeout.Infinite, context.RequestAborted),
            _ => ScriptedServer.AnswerAsync(context, 404, """{"error":"not_found","reason":"missing"}"""),
        });
    }
}
