using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.SyncGateway;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>Readiness of a worker: it asks Sync Gateway, and remembers the answer for a few seconds.</summary>
public sealed class SyncGatewayHealthTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly Dictionary<string, int> statuses = [];
    private ScriptedServer server = null!;
    private SyncGatewayHealthCheck check = null!;
    private IHost host = null!;

    [SetUp]
    public async Task Start()
    {
        statuses.Clear();
        server = await ScriptedServer.StartAsync(http =>
            ScriptedServer.AnswerAsync(http, statuses.GetValueOrDefault(http.Request.Path.Value!, 200), "{}"));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("SyncGateway:Url", (string?)server.Url.ToString())]);
        builder.AddSyncGatewayClient();
        host = builder.Build();
        check = new SyncGatewayHealthCheck(host.Services.GetRequiredService<SyncGatewayClient>(), clock);
    }

    [TearDown]
    public async Task Stop()
    {
        check.Dispose();
        host.Dispose();
        await server.DisposeAsync();
    }

    [Test]
    public async Task A_fresh_worker_is_unhealthy_beside_a_dead_Sync_Gateway()
    {
        Assert.That(await AskAsync(), Is.EqualTo(HealthStatus.Healthy));

        await server.DisposeAsync();

        Assert.That(await AskAsync(), Is.EqualTo(HealthStatus.Unhealthy));
    }

    [Test]
    public async Task A_worker_is_healthy_again_as_soon_as_Sync_Gateway_is_back_without_a_message()
    {
        check.Add("db");
        statuses["/db/"] = 503;
        Assert.That(await AskAsync(), Is.EqualTo(HealthStatus.Unhealthy));

        statuses.Clear();

        Assert.That(await AskAsync(), Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task One_database_of_two_that_cannot_be_used_degrades_and_all_are_unhealthy()
    {
        check.Add("db.one.two");
        check.Add("other");
        statuses["/other/"] = 401;
        Assert.That(await AskAsync(), Is.EqualTo(HealthStatus.Degraded));

        statuses["/db/"] = 404;

        Assert.That(await AskAsync(), Is.EqualTo(HealthStatus.Unhealthy));
    }

    [Test]
    public async Task Many_questions_at_once_are_one_request()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => check.CheckHealthAsync(new HealthCheckContext())));

        Assert.That(server.Requests, Has.Count.EqualTo(1));
    }

    private async Task<HealthStatus> AskAsync()
    {
        clock.Advance(TimeSpan.FromSeconds(5));
        return (await check.CheckHealthAsync(new HealthCheckContext())).Status;
    }
}
