using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Emulators;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Consuming;
using OfflineActions.ServiceDefaults;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Tests.Worker;

/// <summary>What a delayed request says in its document, and when nothing is said.</summary>
public sealed class ProgressTests
{
    private const string Request = """{"action":"person_request","mine":1.0}""";

    private static readonly ActionContract Contract = ActionCatalog.Default.GetByMessage<PersonRequested>();

    private Emulated outside = null!;
    private ActionResult result = null!;

    [SetUp]
    public async Task Start()
    {
        outside = await Emulated.StartAsync();
        result = new ActionResult.TransientFailure("swapi_unavailable", "SWAPI does not answer.");
    }

    [TearDown]
    public async Task Stop() => await outside.DisposeAsync();

    [Test]
    public async Task A_delayed_request_says_why_and_when_it_is_tried_again()
    {
        var before = DateTimeOffset.UtcNow;

        var document = await ProcessAsync(Request);

        Assert.That((string?)document["action"], Is.EqualTo("person_request"));
        Assert.That(document["mine"]!.ToJsonString(), Is.EqualTo("1.0"));
        var progress = document["progress"]!.AsObject();
        Assert.That(progress.Select(property => property.Key), Is.EqualTo(new[] { "attempts", "code", "message", "nextAttemptAt" }));
        Assert.That(((int)progress["attempts"]!, (string?)progress["code"], (string?)progress["message"]),
            Is.EqualTo((1, "swapi_unavailable", "SWAPI does not answer.")));
        Assert.That(
            DateTimeOffset.Parse((string)progress["nextAttemptAt"]!) - before,
            Is.InRange(TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(40)));
        Assert.That(outside.Gateway.WritesOf("d"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_long_Retry_After_is_shown_as_it_is_kept()
    {
        result = new ActionResult.TransientFailure("swapi_unavailable", "Later.", TimeSpan.FromHours(2));

        var document = await ProcessAsync(Request);

        Assert.That(
            DateTimeOffset.Parse((string)document["progress"]!["nextAttemptAt"]!) - DateTimeOffset.UtcNow,
            Is.InRange(TimeSpan.FromMinutes(119), TimeSpan.FromMinutes(120)));
    }

    [TestCase("00:00:10.001", false)]
    [TestCase("00:00:00", false)]
    [TestCase("00:00:01", true)]
    public async Task A_delay_that_is_short_or_in_quarantine_or_a_setting_that_is_off_writes_nothing(string from, bool isQuarantine)
    {
        await ProcessAsync(Request, from, isQuarantine);

        Assert.That(outside.Gateway.WritesOf("d"), Is.EqualTo(1));
    }

    [TestCase(403)]
    [TestCase(413)]
    [TestCase(503)]
    public async Task A_note_that_is_not_taken_changes_nothing_about_the_attempt(int status)
    {
        await outside.Admin.PutAnswerAsync("db/d", Request);
        outside.Gateway.Faults = new SyncGatewayFaults { Kinds = [RequestKind.Write], ErrorRate = 1, ErrorStatus = status };

        var delivery = await DeliverAsync();

        Assert.That(delivery.Sends, Is.EqualTo(1));
        Assert.That(delivery.Headers!["offline-actions-failures"], Is.EqualTo(1L));
        Assert.That(outside.Gateway.WritesOf("d"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_note_gives_way_to_an_edit_of_the_app()
    {
        var revision = (await outside.Admin.PutAnswerAsync("db/d", Request)).Revision;

        var delivery = await DeliverAsync(meanwhile: () => outside.Admin.PutAnswerAsync($"db/d?rev={revision}", """{"action":"person_request","mine":2}"""));

        Assert.That(delivery.Headers!["offline-actions-failures"], Is.EqualTo(1L));
        Assert.That((await ReadAsync()).ContainsKey("progress"), Is.False);
        Assert.That(outside.Gateway.WritesOf("d"), Is.EqualTo(2), "Both of the app.");
    }

    [TestCase("1", true)]
    [TestCase("2147483647", true)]
    [TestCase("0", false)]
    [TestCase("-1", false)]
    [TestCase("1e99999999999", false)]
    [TestCase("\"9\"", false)]
    [TestCase("null", false)]
    public async Task An_attempt_that_the_document_tells_of_already_is_not_noted_again(string attempts, bool isTold)
    {
        await ProcessAsync($$$"""{"action":"person_request","progress":{"attempts":{{{attempts}}},"nextAttemptAt":"2026-01-01T00:00:00Z"}}""");

        Assert.That(outside.Gateway.WritesOf("d"), Is.EqualTo(isTold ? 1 : 2));
    }

    /// <summary>The changes feed shows the revision of the note, so that is the one that catch-up must pass over.</summary>
    [Test]
    public async Task A_request_whose_failure_is_refused_after_a_note_is_not_published_for_ever()
    {
        var noted = (string)(await ProcessAsync(Request))["_rev"]!;
        result = new ActionResult.PermanentFailure("no", "No.");
        outside.Gateway.Faults = new SyncGatewayFaults { Kinds = [RequestKind.Write], ErrorRate = 1, ErrorStatus = 403 };

        Assert.That(async () => await DeliverAsync(), Throws.InstanceOf<MessageFailedException>());

        using var host = WorkerHost.Create(outside.Gateway.PublicUrl);
        var unanswerable = host.Services.GetRequiredService<UnanswerableRequests>();
        Assert.That(await unanswerable.ContainsAsync("db", "d", noted, CancellationToken.None), Is.True);
    }

    [TestCase("{\"a\":1,\"a\":2,\"nextAttemptAt\":\"x\"}", "person_success")]
    [TestCase("{\"nextAttemptAt\":1,\"nextAttemptAt\":{\"b\":1,\"b\":2}}", "person_success")]
    public async Task A_note_that_names_something_twice_is_no_obstacle(string value, string state)
    {
        result = new ActionResult.Succeeded(new JsonObject { ["person"] = 1 });

        var document = await ProcessAsync($$"""{"action":"person_request","progress":{{value}}}""");

        Assert.That((string?)document["action"], Is.EqualTo(state));
    }

    [TestCase("0.5")]
    [TestCase("{\"percent\":50}")]
    public async Task A_property_of_the_app_that_happens_to_be_called_progress_stays(string value)
    {
        var delayed = await ProcessAsync($$"""{"action":"person_request","progress":{{value}}}""");
        Assert.That(delayed["progress"]!.ToJsonString(), Is.EqualTo(value));
        result = new ActionResult.Succeeded(new JsonObject { ["person"] = 1 });

        await DeliverAsync();

        Assert.That((await ReadAsync())["progress"]!.ToJsonString(), Is.EqualTo(value));
    }

    [TestCase(true, "person_success")]
    [TestCase(false, "person_failure")]
    public async Task The_end_of_the_request_removes_the_note(bool isSuccess, string state)
    {
        Assert.That(await ProcessAsync(Request), Contains.Key("progress"));
        result = isSuccess ? new ActionResult.Succeeded(new JsonObject { ["person"] = 1 }) : new ActionResult.PermanentFailure("no", "No.");

        try
        {
            await DeliverAsync();
        }
        catch (MessageFailedException) when (!isSuccess)
        {
            // It moves the message to the error queue.
        }

        var document = await ReadAsync();
        Assert.That((string?)document["action"], Is.EqualTo(state));
        Assert.That(document.ContainsKey("progress"), Is.False);
    }

    private async Task<JsonObject> ProcessAsync(string json, string from = "00:00:10", bool isQuarantine = false)
    {
        await outside.Admin.PutAnswerAsync("db/d", json);
        await DeliverAsync(from, isQuarantine);
        return await ReadAsync();
    }

    private async Task<JsonObject> ReadAsync() => (await outside.Admin.GetAnswerAsync("db/d")).Json.AsObject();

    private async Task<FakeDelivery> DeliverAsync(string from = "00:00:10", bool isQuarantine = false, Func<Task>? meanwhile = null)
    {
        using var host = WorkerHost.Create(outside.Gateway.PublicUrl, services =>
        {
            services.AddSingleton(Options.Create(new BusOptions()));
            services.AddSingleton(Options.Create(new WorkerOptions { ProgressFrom = TimeSpan.Parse(from) }));
            services.AddSingleton<DelayedRedelivery>().AddSingleton<RepeatedEvents>();
        });
        var handler = new FunctionHandler(
            async _ =>
            {
                await (meanwhile?.Invoke() ?? Task.CompletedTask);
                return result;
            },
            TimeSpan.FromSeconds(30));
        var processor = ActivatorUtilities.CreateInstance<ActionProcessor>(
            host.Services,
            Contract,
            handler,
            ActivatorUtilities.CreateInstance<CircuitBreaker>(host.Services),
            new HeldRequests(TimeProvider.System),
            512,
            isQuarantine);
        var delivery = new FakeDelivery();
        await processor.ProcessAsync(delivery);
        return delivery;
    }
}
