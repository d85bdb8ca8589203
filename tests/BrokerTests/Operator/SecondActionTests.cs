using OfflineActions.Contracts;
using OfflineActions.Tests.Echo;

namespace OfflineActions.Tests.Operator;

/// <summary>Every command works for a second action that only the catalog names.</summary>
[Category("Broker")]
public sealed class SecondActionTests
{
    private static readonly ActionContract Echo = EchoCatalog.Echo;

    private OperatorRig rig = null!;

    [SetUp]
    public async Task Start() => rig = await OperatorRig.StartAsync(actions: EchoCatalog.All);

    [TearDown]
    public async Task Stop() => await rig.DisposeAsync();

    [Test]
    public async Task Its_dead_letters_are_listed_and_shown()
    {
        var (id, _) = await FailAsync("shout");

        var listed = await rig.RunAsync("dead-letters", "list", "--reason", "no_text", "--json");
        var shown = await rig.RunAsync("dead-letters", "show", id, "--document-body", "--json");

        Assert.That(
            listed.Rows.Select(row => ((string?)row["action"], (string?)row["document"], (string?)row["reason"], (string?)row["queue"])),
            Is.EqualTo(new[] { ("echo", "shout", "no_text", "echo-requested_error") }));
        Assert.That((string?)shown.Rows.Single()["message"]!["documentId"], Is.EqualTo("shout"));
        Assert.That((string?)shown.Rows.Single()["document"]!["body"]!["action"], Is.EqualTo("echo_failure"));
    }

    [Test]
    public async Task Its_failed_document_is_reopened_by_a_replay()
    {
        var (id, _) = await FailAsync("shout");

        var replay = await rig.RunAsync("dead-letters", "replay", id, "--json");

        Assert.That((replay.ExitCode, (string?)replay.Rows.Single()["outcome"]), Is.EqualTo((0, "reopened")));
        Assert.That((string?)(await rig.GetAsync("shout"))["action"], Is.EqualTo("echo_request"));
        Assert.That(await rig.ReadyAsync(Echo.Queues.Error), Is.Zero);
    }

    [Test]
    public async Task Its_message_is_republished_to_its_own_work_queue_by_a_replay()
    {
        var revision = await rig.PutAsync("shout", """{"action":"echo_request"}""");
        await AddDeadLetterAsync("shout", revision);

        var replay = await rig.RunAsync("dead-letters", "replay", "--all", "--json");

        Assert.That((replay.ExitCode, (string?)replay.Rows.Single()["outcome"]), Is.EqualTo((0, "republished")));
        Assert.That((await rig.ReadyAsync(Echo.Queues.Work), await rig.ReadyAsync(OperatorRig.Queues.Work)), Is.EqualTo((1u, 0u)));
    }

    [Test]
    public async Task Its_dead_letters_are_discarded()
    {
        await AddDeadLetterAsync("shout", "1-a");

        var discarded = await rig.RunAsync("dead-letters", "discard", "--all");

        Assert.That((discarded.ExitCode, (string?)discarded.Rows.Single()["letter"]!["action"]), Is.EqualTo((0, "echo")));
        Assert.That(await rig.ReadyAsync(Echo.Queues.Error), Is.Zero);
    }

    [Test]
    public async Task Its_open_requests_are_reconciled()
    {
        var revision = await rig.PutAsync("shout", """{"action":"echo_request"}""");

        var repaired = await rig.RunAsync("reconcile", "--repair", "--json");
        var message = await rig.Channel.BasicGetAsync(Echo.Queues.Work, autoAck: true);

        Assert.That(
            repaired.Rows.Select(row => ((string?)row["action"], (string?)row["document"], (string?)row["revision"])),
            Is.EqualTo(new[] { ("echo", "shout", revision) }));
        Assert.That(message?.BasicProperties.MessageId, Is.EqualTo(Request("shout", revision).MessageId.ToString()));
    }

    [Test]
    public async Task Its_queues_are_shown_and_checked()
    {
        var status = await rig.RunAsync("status", "--json");
        var allDeclared = await rig.RunAsync("topology", "check");
        await rig.Management.DeleteQueueAsync(Echo.Queues.Skipped);
        var oneMissing = await rig.RunAsync("topology", "check", "--json");

        Assert.That(
            status.Rows.Select(row => (string?)row["queue"]).Where(queue => queue!.StartsWith("echo", StringComparison.Ordinal)),
            Is.EquivalentTo(new[]
            {
                "echo-requested", "echo-requested_quarantine", "echo-requested_poison", "echo-requested_error", "echo-requested_skipped", "echo-requested_paused",
                "echo-requested_delay_10s", "echo-requested_delay_1m", "echo-requested_delay_10m", "echo-requested_delay_1h", "echo-requested_bulk",
                "echo-requested_bulk_delay_10s", "echo-requested_bulk_delay_1m", "echo-requested_bulk_delay_10m", "echo-requested_bulk_delay_1h",
            }));
        Assert.That(allDeclared.Output, Is.EqualTo($"All {15 * EchoCatalog.All.Actions.Count} queues are as declared.\n"));
        Assert.That(
            oneMissing.Rows.Select(row => ((string?)row["queue"], (string?)row["problem"])),
            Is.EqualTo(new[] { ("echo-requested_skipped", "missing") }));
    }

    private static ActionRequested Request(string document, string revision) =>
        Echo.CreateMessage("db", document, revision, DateTimeOffset.UtcNow);

    private Task<string> AddDeadLetterAsync(string document, string revision, params (string, object)[] headers) =>
        rig.AddDeadLetterAsync(
            Request(document, revision), "no_text: There is no text to give back.", queue: Echo.Queues.Error, headers: headers);

    private async Task<(string Id, string Failure)> FailAsync(string document)
    {
        var request = await rig.PutAsync(document, """{"action":"echo_request"}""");
        var failure = await rig.PutAsync(document, """{"action":"echo_failure","error":{"code":"no_text"}}""", request);
        return (await AddDeadLetterAsync(document, request, (FailureHeaders.Revision, failure)), failure);
    }
}
