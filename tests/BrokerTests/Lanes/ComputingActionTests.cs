using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using OfflineActions.Emulators;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Echo;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.LaneSharing;

/// <summary>An action that needs all processors, as the text of pictures does, beside one that people wait for.</summary>
[Category("Broker")]
public sealed class ComputingActionTests
{
    private const int Computing = 200;
    private const string Password = "a-password-for-the-webhook";

    [Test]
    public async Task While_200_requests_compute_100_persons_are_as_quick_as_before()
    {
        await using var host = await Broker.VirtualHostAsync();
        await using var syncGateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        await using var swapi = await SwapiEmulator.StartAsync(new() { Port = 0, ControlPort = null });
        await using var app = await StartAsync(host, syncGateway, swapi);
        using var database = new Database(syncGateway.PublicUrl);
        var latency = new Latency(database);
        await latency.MeasureAsync("warm", 30);
        var alone = await latency.MeasureAsync("alone", 100);
        string[] ids = [.. Enumerable.Range(0, Computing).Select(number => $"echo-{number}")];
        await database.WriteAllAsync(ids, """{"action":"echo_request","text":"hm"}""");
        Assert.That(await Eventually.IsAsync(async () => await CountDoneAsync() > 0), Is.True);

        var meanwhile = await latency.MeasureAsync("meanwhile", 100);

        var done = await CountDoneAsync();
        TestContext.Out.WriteLine($"{done} of {Computing} were computed then.");
        Assert.That(done, Is.LessThan(Computing), "They were to compute all the time.");
        Latency.AssertBelowTwice(alone, meanwhile);
        Assert.That(await Eventually.IsAsync(async () => await CountDoneAsync() == Computing, TimeSpan.FromMinutes(3)), Is.True);

        async Task<int> CountDoneAsync() => (await database.AllAsync()).Values.Count(document => (string?)document["action"] == "echo_success");
    }

    private static async Task<WebApplication> StartAsync(VirtualHost host, SyncGatewayEmulator syncGateway, SwapiEmulator swapi)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["SyncGateway:Url"] = syncGateway.PublicUrl.AbsoluteUri,
            ["Swapi:BaseAddresses:0"] = swapi.Url.AbsoluteUri,
            ["Gateway:WebhookPassword"] = Password,
            ["Logging:LogLevel:Default"] = "Warning",
            ["Bus:Url"] = host.Url.AbsoluteUri,
        });
        builder.AddServiceDefaults(port: 0).AddGateway().AddWorker().AddMessaging(EchoCatalog.All, messaging => messaging
            .PublishAll().AddWorkerActions()
            .AddAction<EchoRequested, ComputingHandler>());
        var app = builder.Build();
        app.MapServiceDefaults().MapGateway();
        await app.StartAsync();
        using var health = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.That(await Eventually.IsAsync(async () => (await health.GetAsync("/health/ready")).IsSuccessStatusCode), Is.True);
        syncGateway.AddWebhook(new()
        {
            Url = app.Urls.First().Replace("//", $"//sync-gateway:{Password}@", StringComparison.Ordinal) + "/webhooks/sync-gateway/db",
        });
        return app;
    }

    /// <summary>Keeps a processor busy, before its first <c>await</c> and after it.</summary>
    private sealed class ComputingHandler : IActionHandler
    {
        private static readonly TimeSpan Half = TimeSpan.FromMilliseconds(60);

        public IReadOnlyCollection<string> Inputs => ["text"];

        public TimeSpan Timeout => TimeSpan.FromSeconds(30);

        public bool Computes => true;

        public async Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken)
        {
            Compute(cancellationToken);
            await Task.Yield();
            return new ActionResult.Succeeded(new JsonObject { ["echo"] = Compute(cancellationToken) });
        }

        private static string Compute(CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            var hash = new byte[32];
            while (Stopwatch.GetElapsedTime(started) < Half)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash = SHA256.HashData(hash);
            }

            return Convert.ToHexString(hash);
        }
    }
}
