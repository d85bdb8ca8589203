using System.Net;
using System.Net.Http.Json;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Gateway;

namespace OfflineActions.Tests.Messaging;

/// <summary>
/// The broker refuses what a gateway and a worker need, and then allows it: both recover within 30 s and without a restart from outside.
/// </summary>
[Category("Broker")]
public sealed class RefusedLoginTests
{
    private const string Right = "right";

    /// <summary>Longer than MassTransit pauses between two attempts to connect, and than it goes on trying.</summary>
    private static readonly TimeSpan LongRefusal = TimeSpan.FromSeconds(45);

    private readonly string user = $"services-{Guid.NewGuid():N}";
    private SyncGatewayEmulator syncGateway = null!;
    private BrokerManagement management = null!;
    private Uri url = null!;

    [OneTimeSetUp]
    public async Task Start() =>
        syncGateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });

    [OneTimeTearDown]
    public async Task Stop() => await syncGateway.DisposeAsync();

    [SetUp]
    public async Task CreateVirtualHost()
    {
        var broker = await Broker.SharedAsync();
        var name = $"test-{Guid.NewGuid():N}";
        url = new UriBuilder(broker.Url) { UserName = user, Password = Right, Path = name }.Uri;
        management = new BrokerManagement(broker.ManagementUrl, broker.Credentials, name);
        await management.CreateVirtualHostAsync();
        await AllowAsync();
    }

    [TearDown]
    public async Task DeleteVirtualHost()
    {
        await management.DeleteVirtualHostAsync();
        await management.DeleteUserAsync(user);
        management.Dispose();
    }

    [Test]
    public async Task A_wrong_password_at_the_start_that_the_broker_then_accepts() => await RecoverAsync(
        breakFirst: true,
        () => management.SetUserAsync(user, "wrong"),
        () => management.SetUserAsync(user, Right));

    [Test]
    public async Task A_user_that_is_deleted_and_created_again_while_connected() => await RecoverAsync(
        breakFirst: false,
        () => management.DeleteUserAsync(user),
        AllowAsync);

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_virtual_host_that_is_missing_for_a_while(bool fromTheStart) => await RecoverAsync(
        fromTheStart,
        () => management.DeleteVirtualHostAsync(),
        async () =>
        {
            await management.CreateVirtualHostAsync();
            await management.SetPermissionsAsync(user, ".*");
        });

    [TestCase(true)]
    [TestCase(false)]
    public async Task Permissions_that_are_missing_for_a_while(bool fromTheStart) => await RecoverAsync(
        fromTheStart,
        async () =>
        {
            await management.SetPermissionsAsync(user, "^$");
            await management.CloseConnectionsAsync(user);
        },
        () => management.SetPermissionsAsync(user, ".*"));

    [TestCase("user")]
    [TestCase("password")]
    [TestCase("permissions")]
    [TestCase("virtual host")]
    public async Task What_is_refused_for_longer_than_the_pause_between_attempts(string what) => await RecoverAsync(
        breakFirst: false,
        async () =>
        {
            await (what switch
            {
                "user" => management.DeleteUserAsync(user),
                "password" => management.SetUserAsync(user, "wrong"),
                "permissions" => management.SetPermissionsAsync(user, "^$"),
                _ => management.DeleteVirtualHostAsync(),
            });
            if (what is "password" or "permissions")
            {
                await management.CloseConnectionsAsync(user);
            }
        },
        async () =>
        {
            await management.CreateVirtualHostAsync();
            await AllowAsync();
        },
        LongRefusal);

    private async Task RecoverAsync(bool breakFirst, Func<Task> refuse, Func<Task> allow, TimeSpan? refusal = null)
    {
        if (breakFirst)
        {
            await refuse();
        }

        await using var gateway = await StartAsync("Gateway", wait: !breakFirst);
        await using var worker = await StartAsync("Worker", wait: !breakFirst);
        if (!breakFirst)
        {
            await refuse();
        }

        Assert.That(
            await Eventually.IsAsync(async () => !await IsReadyAsync(gateway) && !await IsReadyAsync(worker)),
            Is.True,
            "They stayed ready.");
        Assert.That(await Eventually.IsAsync(() => IsRefused(gateway) && IsRefused(worker)), Is.True, () => Describe(gateway, worker));

        Assert.That(
            refusal is not null && await Eventually.IsAsync(async () => await IsReadyAsync(gateway) || await IsReadyAsync(worker), refusal),
            Is.False,
            "One was ready while it was refused.");

        await allow();

        Assert.That(
            await Eventually.IsAsync(async () => await IsReadyAsync(gateway) && await IsReadyAsync(worker)),
            Is.True,
            () => Describe(gateway, worker));
        Assert.That(await Eventually.IsAsync(async () => (await management.QueueAsync("person-requested"))?.Consumers == 1), Is.True);
        Assert.That(await Eventually.IsAsync(() => IsPublishedAsync(gateway)), Is.True, () => Describe(gateway, worker));
        Assert.That((gateway.Exited.IsCompleted, worker.Exited.IsCompleted), Is.EqualTo((false, false)));
    }

    private Task<ServiceProcess> StartAsync(string service, bool wait) => ServiceProcess.StartAsync(new ServiceOptions
    {
        Service = service,
        ReadyPath = wait ? "/health/ready" : "/health/live",
        Environment = new Dictionary<string, string?>
        {
            ["Bus__Url"] = url.AbsoluteUri,
            ["SyncGateway__Url"] = syncGateway.PublicUrl.AbsoluteUri,
            ["Gateway__WebhookPassword"] = GatewayProcess.Password,
        },
    });

    private async Task AllowAsync()
    {
        await management.SetUserAsync(user, Right);
        await management.SetPermissionsAsync(user, ".*");
    }

    private static bool IsRefused(ServiceProcess service) =>
        service.Output.ToString().Contains("Topology not declared", StringComparison.Ordinal);

    private static async Task<bool> IsReadyAsync(ServiceProcess service)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(service.Url, "/health/ready"));
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Whether the gateway gets a webhook's message confirmed. The worker finds no such document, and is done with it.</summary>
    private static async Task<bool> IsPublishedAsync(ServiceProcess gateway)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = GatewayProcess.Basic("sync-gateway", GatewayProcess.Password);
        using var answer = await http.PostAsJsonAsync(
            new Uri(gateway.Url, GatewayProcess.Path), new { _id = "after", _rev = "1-a", action = "person_request" });
        return answer.StatusCode is HttpStatusCode.Accepted;
    }

    private static string Describe(ServiceProcess gateway, ServiceProcess worker) => $"{gateway.Output.Last(20)}\n{worker.Output.Last(20)}";
}
