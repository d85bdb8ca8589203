using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.ServiceDefaults;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Echo;

/// <summary>What a second action costs: a message, its contract, a handler, a line on each side, and this test.</summary>
public sealed class EchoTests
{
    private const string Password = "a-password-for-the-webhook";

    [Test]
    public Task An_action_is_added_with_a_line_on_each_side() => EchoesBesideThePersonAsync(("Bus:Transport", "InMemory"));

    [Test]
    [Category("Broker")]
    public async Task The_same_lines_do_with_a_real_broker()
    {
        await using var broker = await Broker.VirtualHostAsync();

        await EchoesBesideThePersonAsync(("Bus:Url", broker.Url.AbsoluteUri));

        Assert.That(
            (await broker.Management.QueuesAsync()).Select(queue => queue.Name).Where(name => name.StartsWith("echo", StringComparison.Ordinal)),
            Is.SupersetOf(new[] { "echo-requested", "echo-requested_quarantine", "echo-requested_error", "echo-requested_delay_10s" }));
    }

    [Test]
    public void It_costs_these_files_and_nothing_elsewhere()
    {
        var mine = Path.Combine(Repository.Root, "tests", "Fixtures", "Echo");
        string[] product = ["contracts", "services", "deploy"];
        string[] kinds = [".cs", ".json", ".yml", ".yaml", ".csproj"];

        Assert.That(
            Directory.EnumerateFiles(mine).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "EchoRequested.cs", "EchoHandler.cs", "EchoCatalog.cs" }));
        Assert.That(
            product.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
                .Where(file => kinds.Contains(Path.GetExtension(file)) && File.ReadAllText(file).Contains("echo_", StringComparison.OrdinalIgnoreCase)),
            Is.Empty);
    }

    private static async Task EchoesBesideThePersonAsync((string Key, string Value) bus)
    {
        await using var syncGateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        await using var swapi = await SwapiEmulator.StartAsync(new() { Port = 0, ControlPort = null });
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["SyncGateway:Url"] = syncGateway.PublicUrl.AbsoluteUri,
            ["Swapi:BaseAddresses:0"] = swapi.Url.AbsoluteUri,
            ["Gateway:WebhookPassword"] = Password,
            ["Logging:LogLevel:Default"] = "Warning",
            [bus.Key] = bus.Value,
        });
        builder.AddServiceDefaults(port: 0).AddGateway().AddWorker().AddMessaging(EchoCatalog.All, messaging => messaging
            .PublishAll().AddWorkerActions()
            .AddAction<EchoRequested, EchoHandler>());
        await using var app = builder.Build();
        app.MapServiceDefaults().MapGateway();
        await app.StartAsync();
        using var health = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.That(await Eventually.IsAsync(async () => (await health.GetAsync("/health/ready")).IsSuccessStatusCode), Is.True);
        syncGateway.AddWebhook(new() { Url = app.Urls.First().Replace("//", $"//sync-gateway:{Password}@", StringComparison.Ordinal) + "/webhooks/sync-gateway/db" });
        using var database = new Database(syncGateway.PublicUrl);

        await database.PutAsync("shout", """{"action":"echo_request","text":["hé",{"n":1.0}]}""");
        await database.PutAsync("silence", """{"action":"echo_request"}""");
        await database.PutAsync("luke", """{"action":"person_request","personId":1}""");

        Assert.That(
            await Eventually.IsAsync(async () => (await database.AllAsync()).Values.All(document => !((string)document["action"]!).EndsWith("_request", StringComparison.Ordinal))),
            Is.True);
        var documents = await database.AllAsync();
        Assert.That((string?)documents["shout"]["action"], Is.EqualTo("echo_success"));
        Assert.That(documents["shout"]["echo"]!.ToJsonString(), Is.EqualTo(documents["shout"]["text"]!.ToJsonString()));
        Assert.That((string?)documents["silence"]["action"], Is.EqualTo("echo_failure"));
        Assert.That((string?)documents["silence"]["error"]!["code"], Is.EqualTo("no_text"));
        Assert.That((string?)documents["luke"]["action"], Is.EqualTo("person_success"));
    }
}
