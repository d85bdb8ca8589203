using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A gateway and a worker as processes, beside a Sync Gateway that answers as a test says.</summary>
internal sealed class ScriptedSystem : IAsyncDisposable
{
    private readonly VirtualHost broker;
    private readonly SwapiEmulator swapi;

    private ScriptedSystem(ScriptedServer syncGateway, VirtualHost broker, SwapiEmulator swapi) =>
        (SyncGateway, this.broker, this.swapi) = (syncGateway, broker, swapi);

    public ScriptedServer SyncGateway { get; }

    public ServiceProcess Gateway { get; private set; } = null!;

    public ServiceProcess Worker { get; private set; } = null!;

    private static string ErrorQueue => ActionCatalog.Default.GetByMessage<PersonRequested>().Queues.Error;

    /// <summary>Starts everything. It owns the Sync Gateway from then on.</summary>
    public static async Task<ScriptedSystem> StartAsync(ScriptedServer syncGateway, params (string Key, string Value)[] settings)
    {
        var swapi = await SwapiEmulator.StartAsync(new SwapiEmulatorOptions { Port = 0, ControlPort = null });
        var system = new ScriptedSystem(syncGateway, await Tests.Broker.VirtualHostAsync(), swapi);
        system.Gateway = await system.StartAsync("Gateway", settings);
        system.Worker = await system.StartAsync("Worker", settings);
        return system;
    }

    /// <summary>Waits for the only message in the error queue, and takes it.</summary>
    public async Task<Message> TakeDeadLetterAsync()
    {
        Assert.That(
            await Eventually.IsAsync(async () => await Messages.CountAsync(broker.Url, [ErrorQueue]) == 1), Is.True, Worker.Output.Last(20));
        return (await Messages.TakeAsync(broker.Url, ErrorQueue)).Single();
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await Gateway.DisposeAsync();
        await swapi.DisposeAsync();
        await broker.DisposeAsync();
        await SyncGateway.DisposeAsync();
    }

    private Task<ServiceProcess> StartAsync(string service, (string Key, string Value)[] settings)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Bus__Url"] = broker.Url.ToString(),
            ["SyncGateway__Url"] = SyncGateway.Url.ToString(),
            ["Swapi__BaseAddresses__0"] = swapi.Url.ToString(),
            ["Gateway__WebhookPassword"] = "a password for tests",
        };
        foreach (var (key, value) in settings)
        {
            environment[key] = value;
        }

        return ServiceProcess.StartAsync(new ServiceOptions { Service = service, Environment = environment });
    }
}
