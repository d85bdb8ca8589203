using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OfflineActions.Contracts;
using OfflineActions.Emulators;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Presence;
using OfflineActions.Messaging.Queues;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Echo;

/// <summary>Workers that take some of the actions, by settings or because of an obstacle.</summary>
[Category("Broker")]
public sealed class WorkersByActionTests
{
    private const string Obstacle = "There is no wall to echo.";

    private static readonly string Person = ActionCatalog.Default.GetByMessage<PersonRequested>().Queues.Work;
    private static readonly string Echo = EchoCatalog.Echo.Queues.Work;

    [Test]
    public async Task An_action_with_an_obstacle_is_left_to_other_workers_and_readiness_is_untouched()
    {
        await using var host = await Broker.VirtualHostAsync();
        await using var syncGateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        await using var worker = await StartAsync(host, syncGateway, Obstacle);

        Assert.That(await ConsumersAsync(host), Is.EqualTo((1, 0)), "Its queues are declared, and nobody consumes them.");
        Assert.That(DescribeActions(worker), Does.Contain("person").And.Not.Contain("echo"));

        await using var other = await StartAsync(host, syncGateway, null, ("Worker:Actions:0", "echo"));
        Assert.That(await ConsumersAsync(host), Is.EqualTo((1, 1)));
        Assert.That(DescribeActions(other), Is.EqualTo(new[] { "echo" }));
    }

    private static IEnumerable<string> DescribeActions(WebApplication worker) => worker.Services.GetServices<IPresenceSource>()
        .Single(source => source.Service == "worker")
        .Describe(new ServicePresence
        {
            Service = "worker",
            Id = "",
            Machine = "",
            ProcessId = 1,
            Version = "",
            StartedAt = default,
            EverySeconds = 5,
        })
        .Actions.Select(action => action.Action);

    private static async Task<WebApplication> StartAsync(
        VirtualHost host, SyncGatewayEmulator syncGateway, string? obstacle, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["SyncGateway:Url"] = syncGateway.PublicUrl.AbsoluteUri,
            ["Bus:Url"] = host.Url.AbsoluteUri,
            ["Logging:LogLevel:Default"] = "Error",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.AddServiceDefaults(port: 0).AddWorker().AddMessaging(EchoCatalog.All, messaging => messaging
            .AddWorkerActions()
            .AddAction<EchoRequested, EchoHandler>(findObstacle: _ => obstacle));
        var app = builder.Build();
        await app.StartAsync();
        var health = app.Services.GetRequiredService<HealthCheckService>();
        Assert.That(
            await Eventually.IsAsync(async () => (await health.CheckHealthAsync(check => check.Tags.Contains("ready"))).Status is HealthStatus.Healthy), Is.True);
        return app;
    }

    private static async Task<(int Person, int Echo)> ConsumersAsync(VirtualHost host)
    {
        await using var broker = await BrokerConnection.OpenAsync(host.Url, "test", CancellationToken.None);
        return (await CountAsync(Person), await CountAsync(Echo));

        async Task<int> CountAsync(string queue) => (int)(await broker.FindQueueAsync(queue, CancellationToken.None))!.Consumers;
    }
}
