using System.Text;
using OfflineActions.Contracts;
using OfflineActions.Tests.Emulators;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

[Category("Broker")]
public sealed class ReplayTests
{
    [Test]
    public async Task A_failed_document_becomes_a_request_again_and_a_second_replay_changes_nothing()
    {
        await using var rig = await StartAsync();
        var (id, _) = await rig.FailAsync("luke", """{"action":"person_request","note":"mine","price":1.10}""");

        var first = await rig.RunAsync("dead-letters", "replay", id, "--json");
        var document = await rig.GetAsync("luke");
        var second = await rig.RunAsync("dead-letters", "replay", id);

        Assert.That((first.ExitCode, (string?)first.Rows.Single()["outcome"]), Is.EqualTo((0, "reopened")));
        document.AsObject().Remove("_rev");
        Assert.That(document.ToJsonString(), Is.EqualTo("""{"_id":"luke","action":"person_request","note":"mine","price":1.10}"""));
        Assert.That(second.ExitCode, Is.EqualTo(1));
        Assert.That(second.Error, Does.Contain($"no dead letter {id}"));
        Assert.That(rig.Gateway.WritesOf("luke"), Is.EqualTo(3));
        Assert.That((await rig.ReadyAsync(Queues.Error), await rig.ReadyAsync(Queues.Work)), Is.EqualTo((0u, 0u)));
    }

    [Test]
    public async Task A_replay_whose_dead_letter_was_not_removed_is_obsolete_the_second_time()
    {
        await using var rig = await StartAsync();
        var (id, failure) = await rig.FailAsync("luke");
        await rig.RunAsync("dead-letters", "replay", id);
        await rig.AddDeadLetterAsync(Request("luke", "1-a"), headers: (FailureHeaders.Revision, failure));

        var again = await rig.RunAsync("dead-letters", "replay", "--document", "luke");

        Assert.That(again.ExitCode, Is.Zero);
        Assert.That(again.Output, Does.Contain("obsolete, removed: the document is a newer request"));
        Assert.That(rig.Gateway.WritesOf("luke"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_document_that_is_still_the_request_gets_its_message_again_without_the_headers_of_earlier_deliveries()
    {
        await using var rig = await StartAsync();
        var revision = await rig.PutAsync("luke", """{"action":"person_request"}""");
        var request = Request("luke", revision);
        await rig.AddDeadLetterAsync(
            request,
            "write_refused: no",
            headers:
            [
                ("x-death", new List<object?> { new Dictionary<string, object?> { ["count"] = 3L } }),
                ("x-first-death-queue", Queues.Work),
                ("MT-Redelivery-Count", 3),
                ("offline-actions-failures", 4L),
                ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            ]);

        var replay = await rig.RunAsync("dead-letters", "replay", "--all", "--json");
        var message = await rig.Channel.BasicGetAsync(Queues.Work, autoAck: true);

        Assert.That((replay.ExitCode, (string?)replay.Rows.Single()["outcome"]), Is.EqualTo((0, "republished")));
        Assert.That(message, Is.Not.Null);
        // The client adds x-dotnet-pub-seq-no, and RabbitMQ below 4.0 x-delivery-count, also to a first delivery.
        Assert.That(
            message!.BasicProperties.Headers?.Keys.Except(["x-delivery-count"]),
            Is.EquivalentTo(new[] { "traceparent", "x-dotnet-pub-seq-no" }));
        Assert.That(
            (message.BasicProperties.MessageId, message.BasicProperties.ContentType, message.BasicProperties.Persistent),
            Is.EqualTo((request.MessageId.ToString(), "application/json", true)));
        Assert.That(Encoding.UTF8.GetString(message.Body.Span), Is.EqualTo(Message(request)));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.Zero);
    }

    [Test]
    public async Task A_request_in_which_a_worker_has_noted_its_attempts_still_belongs_to_the_message_of_the_revision_before()
    {
        await using var rig = await StartAsync();
        var revision = await rig.PutAsync("luke", """{"action":"person_request"}""");
        await rig.PutAsync("luke", """{"action":"person_request","progress":{"attempts":4,"nextAttemptAt":"2026-01-01T00:00:00Z"}}""", revision);
        await rig.AddDeadLetterAsync(Request("luke", revision), "write_refused: no");

        var replay = await rig.RunAsync("dead-letters", "replay", "--all", "--json");

        Assert.That((replay.ExitCode, (string?)replay.Rows.Single()["outcome"]), Is.EqualTo((0, "republished")));
        Assert.That(await rig.ReadyAsync(Queues.Work), Is.EqualTo(1));
    }

    [TestCase("""{"action":"person_failure","error":{"code":"person_not_found"},"note":"edited"}""", "was written after the failure")]
    [TestCase("""{"action":"person_request","error":{"code":"person_not_found"}}""", "is a newer request")]
    [TestCase("""{"action":"person_success","person":{}}""", "is no longer a failed request")]
    [TestCase("""{"action":"never_mind"}""", "is no longer a failed request")]
    [TestCase("""{"note":"no action"}""", "is no longer a failed request")]
    [TestCase("""{"action":["person_request"]}""", "is no longer a failed request")]
    public async Task A_document_that_the_app_wrote_after_the_failure_is_not_touched(string edited, string why)
    {
        await using var rig = await StartAsync();
        var (id, failure) = await rig.FailAsync("luke");
        var revision = await rig.PutAsync("luke", edited, failure);

        var replay = await rig.RunAsync("dead-letters", "replay", id);

        Assert.That(replay.ExitCode, Is.Zero);
        Assert.That(replay.Output, Does.Contain("obsolete, removed: the document " + why));
        Assert.That((string?)(await rig.GetAsync("luke"))["_rev"], Is.EqualTo(revision));
        Assert.That((await rig.ReadyAsync(Queues.Error), await rig.ReadyAsync(Queues.Work)), Is.EqualTo((0u, 0u)));
    }

    [Test]
    public async Task A_deleted_document_makes_a_dead_letter_obsolete_and_one_that_never_existed_keeps_it()
    {
        await using var rig = await StartAsync();
        var (_, failure) = await rig.FailAsync("luke");
        await rig.Documents.DeleteAnswerAsync($"luke?rev={failure}");
        await rig.AddDeadLetterAsync(Request("nobody", "1-a"));

        var replay = await rig.RunAsync("dead-letters", "replay", "--all");

        Assert.That(replay.ExitCode, Is.EqualTo(1));
        Assert.That(replay.Output, Does.Contain("the document was deleted").And.Contain("not replayed: there is no such document"));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.EqualTo(1), "the one whose document never existed");
        Assert.That((rig.Gateway.WritesOf("luke"), rig.Gateway.WritesOf("nobody")), Is.EqualTo((3, 0)));
    }

    [Test]
    public async Task A_dead_letter_does_not_reopen_the_failure_of_another_message()
    {
        await using var rig = await StartAsync();
        await rig.FailAsync("luke");
        await rig.Channel.QueuePurgeAsync(Queues.Error);
        await rig.AddDeadLetterAsync(Request("luke", "1-a"), headers: (FailureHeaders.Revision, "2-another"));

        Assert.That((await rig.RunAsync("dead-letters", "replay", "--all")).Output, Does.Contain("obsolete"));
        Assert.That(rig.Gateway.WritesOf("luke"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_dry_run_says_what_would_be_done_and_does_nothing()
    {
        await using var rig = await StartAsync();
        await rig.FailAsync("failed");
        await rig.AddDeadLetterAsync(Request("asking", await rig.PutAsync("asking", """{"action":"person_request"}""")));
        var (_, failure) = await rig.FailAsync("gone");
        await rig.Documents.DeleteAnswerAsync($"gone?rev={failure}");

        var replay = await rig.RunAsync("dead-letters", "replay", "--all", "--dry-run");

        Assert.That(replay.ExitCode, Is.Zero);
        Assert.That(
            replay.Output,
            Does.Match(@"failed .* document would become a request again\n").And.Match(@"asking .* would be republished\n").And.Match(@"gone .* obsolete, would be removed"));
        Assert.That((rig.Gateway.WritesOf("failed"), rig.Gateway.WritesOf("asking")), Is.EqualTo((2, 1)));
        Assert.That((await rig.ReadyAsync(Queues.Error), await rig.ReadyAsync(Queues.Work)), Is.EqualTo((3u, 0u)));
    }

    [Test]
    public async Task Only_the_selected_dead_letters_are_replayed()
    {
        await using var rig = await StartAsync();
        var (id, _) = await rig.FailAsync("luke");
        await rig.FailAsync("leia");

        var replay = await rig.RunAsync("dead-letters", "replay", id, "--json");

        Assert.That(replay.Rows.Select(row => (string?)row["letter"]!["document"]), Is.EqualTo(new[] { "luke" }));
        Assert.That((rig.Gateway.WritesOf("luke"), rig.Gateway.WritesOf("leia")), Is.EqualTo((3, 2)));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.EqualTo(1));
    }

    [Test]
    public async Task A_message_that_is_no_request_stays()
    {
        await using var rig = await StartAsync();
        await rig.Management.PublishAsync("", Queues.Skipped, "{}");
        await rig.AddDeadLetterAsync(ActionCatalog.Default.GetByMessage<PersonRequested>().CreateMessage("db/../other", "luke", "1-a", DateTimeOffset.UtcNow));

        var replay = await rig.RunAsync("dead-letters", "replay", "--all", "--json");

        Assert.That(replay.ExitCode, Is.EqualTo(1));
        Assert.That(replay.Rows.Select(row => (string?)row["outcome"]), Is.EqualTo(new[] { "unreadable", "unreadable" }));
        Assert.That((await rig.ReadyAsync(Queues.Skipped), await rig.ReadyAsync(Queues.Error)), Is.EqualTo((1u, 1u)));
    }

    [Test]
    public async Task Without_Sync_Gateway_it_stops_with_3_and_nothing_is_lost()
    {
        await using var rig = await StartAsync();
        await rig.FailAsync("luke");
        await rig.FailAsync("leia");
        rig.Gateway.Faults.Refuse = true;

        var replay = await rig.RunAsync("dead-letters", "replay", "--all");

        Assert.That((replay.ExitCode, replay.Output), Is.EqualTo((3, "")));
        Assert.That(replay.Error, Does.Contain("Sync Gateway"));
        Assert.That(await Dev.Eventually.IsAsync(async () => await rig.ReadyAsync(Queues.Error) == 2), Is.True);
    }

    [Test]
    public async Task Without_a_work_queue_it_stops_with_3_and_nothing_is_lost()
    {
        await using var rig = await StartAsync();
        await rig.AddDeadLetterAsync(Request("luke", await rig.PutAsync("luke", """{"action":"person_request"}""")));
        await rig.Management.DeleteQueueAsync(Queues.Work);

        var replay = await rig.RunAsync("dead-letters", "replay", "--all");

        Assert.That((replay.ExitCode, replay.Error), Is.EqualTo((3, "operator: RabbitMQ has no queue person-requested: it is declared by the first service that starts.\n")));
        Assert.That(await Dev.Eventually.IsAsync(async () => await rig.ReadyAsync(Queues.Error) == 1), Is.True);
    }

    [Test]
    public async Task A_lost_response_keeps_the_dead_letter_and_the_next_replay_finds_it_obsolete()
    {
        await using var rig = await StartAsync();
        var (id, _) = await rig.FailAsync("luke");
        rig.Gateway.Faults = new() { LoseAnswers = true, Kinds = [OfflineActions.Emulators.RequestKind.Write] };

        var lost = await rig.RunAsync("dead-letters", "replay", id);
        rig.Gateway.Faults = new();
        await Dev.Eventually.IsAsync(async () => await rig.ReadyAsync(Queues.Error) == 1);
        var again = await rig.RunAsync("dead-letters", "replay", id);

        Assert.That((lost.ExitCode, again.ExitCode), Is.EqualTo((3, 0)));
        Assert.That(again.Output, Does.Contain("obsolete, removed"));
        Assert.That(rig.Gateway.WritesOf("luke"), Is.EqualTo(3));
    }

    [Test]
    public async Task It_keeps_to_its_rate()
    {
        await using var rig = await StartAsync();
        for (var number = 0; number < 5; number++)
        {
            await rig.FailAsync($"document-{number}");
        }

        var begun = System.Diagnostics.Stopwatch.StartNew();
        await rig.RunAsync("dead-letters", "replay", "--all", "--rate", "10");

        Assert.That(begun.Elapsed, Is.GreaterThan(TimeSpan.FromMilliseconds(400)));
    }
}
