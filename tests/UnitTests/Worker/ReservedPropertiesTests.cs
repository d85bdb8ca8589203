using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using OfflineActions.Contracts;
using OfflineActions.Tests.Emulators;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>Handlers that return properties which are not theirs, beside an emulated Sync Gateway.</summary>
public sealed class ReservedPropertiesTests
{
    private const string Request = """
        {
            "action": "person_request", "then": ["person_request"], "chain": "mine", "progress": "mine", "priority": "bulk",
            "notBefore": "2000-01-01T00:00:00Z", "expiresAt": "9999-01-01T00:00:00Z", "requestedAt": "2000-01-01T00:00:00Z",
            "traceparent": "mine", "_attachments": { "a.txt": { "data": "b2xk" } }
        }
        """;

    private static readonly ActionContract Contract = ActionCatalog.Default.GetByMessage<PersonRequested>();

    private static readonly string[] Refused =
    [
        "_attachments", "_id", "_rev", "_deleted", "_removed", "_exp", "_x", "_",
        "action", "error", "then", "chain", "progress", "priority", "notBefore", "expiresAt", "requestedAt", "traceparent",
    ];

    private readonly FakeLogger<ActionRunner> log = new();
    private Emulated emulated = null!;
    private Database database = null!;
    private IHost host = null!;

    [SetUp]
    public async Task Start()
    {
        log.Collector.Clear();
        emulated = await Emulated.StartAsync();
        database = new Database(emulated.Gateway.PublicUrl);
        host = WorkerHost.Create(emulated.Gateway.PublicUrl, services => services.AddSingleton<ILogger<ActionRunner>>(log));
    }

    [TearDown]
    public async Task Stop()
    {
        host.Dispose();
        database.Dispose();
        await emulated.DisposeAsync();
    }

    [TestCaseSource(nameof(Refused))]
    public async Task A_result_with_a_property_that_is_not_the_handlers_fails_and_the_document_keeps_all_that_it_has(string name)
    {
        await database.PutAsync("d", Request);
        var before = await GetAsync();

        var outcome = await RunAsync(new JsonObject { ["person"] = 1, [name] = new JsonObject() });

        Assert.That((outcome as RunOutcome.Failed)?.Code, Is.EqualTo("invalid_result"));
        var after = await GetAsync();
        Assert.That((string?)after["action"], Is.EqualTo("person_failure"));
        Assert.That((string?)after["error"]!["message"], Does.Contain($"'{name}'"));
        Assert.That((bool?)after["error"]!["retryable"], Is.False);
        after.Remove("error");
        after["action"] = before["action"]!.DeepClone();
        Assert.That(after.ToJsonString(), Is.EqualTo(before.ToJsonString()));
        Assert.That(
            log.Collector.GetSnapshot().Where(line => line.Level == LogLevel.Error).Select(line => line.Message),
            Has.Some.Contains($"FunctionHandler returned a property '{name}'"));
    }

    [TestCase("text")]
    [TestCase("Error")]
    [TestCase("x_error")]
    public async Task Every_other_property_is_the_handlers(string name)
    {
        await database.PutAsync("d", """{"action":"person_request"}""");

        var outcome = await RunAsync(new JsonObject { [name] = 1 });

        Assert.That(outcome, Is.EqualTo(new RunOutcome.Completed(HasWritten: true)));
        Assert.That((int?)(await database.GetAsync("d"))[name], Is.EqualTo(1));
    }

    private async Task<JsonObject> GetAsync()
    {
        var document = await database.GetAsync("d");
        document.Remove("_rev");
        document.Remove("_revisions");
        return document;
    }

    private async Task<RunOutcome> RunAsync(JsonObject properties)
    {
        var revision = (string)(await database.GetAsync("d"))["_rev"]!;
        var handler = new FunctionHandler(
            _ => Task.FromResult<ActionResult>(new ActionResult.Succeeded(properties)), TimeSpan.FromSeconds(10));
        var attempt = new Attempt(
            Contract.States, Contract.CreateMessage("db", "d", revision, DateTimeOffset.UnixEpoch), handler, 1, IsLast: false);
        var slots = new SyncGatewaySlots(1, TimeSpan.FromSeconds(20), new HeldDocuments(), TimeProvider.System);
        using var turn = await slots.BeginAsync(CancellationToken.None, CancellationToken.None);
        return await host.Services.GetRequiredService<ActionRunner>().RunAsync(attempt, turn, CancellationToken.None);
    }
}
