using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

[Category("Broker")]
public sealed class DeadLetterListTests
{
    [Test]
    public async Task A_dead_letter_is_listed_with_all_its_fields()
    {
        await using var rig = await StartAsync();
        var request = Request("luke", "1-a");
        var id = await rig.AddDeadLetterAsync(request, "person_not_found: There is no person 999.", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

        var listed = await rig.RunAsync("dead-letters", "list", "--json");

        Assert.That(listed.ExitCode, Is.Zero, listed.Error);
        Assert.That(
            listed.Rows.Single().AsObject().Select(field => (field.Key, field.Value!.GetValue<string>())),
            Is.EqualTo(new[]
            {
                ("id", id),
                ("action", "person"),
                ("keyspace", "db"),
                ("document", "luke"),
                ("revision", "1-a"),
                ("requestedAt", request.RequestedAt.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz")),
                ("reason", "person_not_found"),
                ("text", "person_not_found: There is no person 999."),
                ("since", "2026-01-02T03:04:05+00:00"),
                ("queue", Queues.Error),
            }));
    }

    [Test]
    public async Task The_table_has_a_heading_and_a_line_for_each()
    {
        await using var rig = await StartAsync();
        var id = await rig.AddDeadLetterAsync(Request("luke", "1-a"), at: DateTimeOffset.UtcNow.AddHours(-3));
        await rig.AddDeadLetterAsync(Request("leia", "2-b"), queue: Queues.Skipped);

        var listed = await rig.RunAsync("dead-letters", "list");

        Assert.That(listed.Output, Does.Match(@"^ID +ACTION +DOCUMENT +REVISION +REASON +AGE +QUEUE +TEXT\n"));
        Assert.That(listed.Output, Does.Match($@"\n{id} +person +luke +1-a +person_not_found +3h +person-requested_error +person_not_found: There"));
        Assert.That(listed.Output, Does.Match(@"\S+ +person +leia +2-b +person_not_found +\d+s +person-requested_skipped"));
        Assert.That(listed.Output, Does.EndWith("2 dead letters.\n"));
    }

    [Test]
    public async Task Listing_a_hundred_times_changes_neither_the_messages_nor_their_order()
    {
        await using var rig = await StartAsync();
        for (var number = 0; number < 5; number++)
        {
            await rig.AddDeadLetterAsync(Request($"document-{number}", "1-a"));
        }

        var first = (await rig.RunAsync("dead-letters", "list", "--json")).Output;
        for (var look = 0; look < 100; look++)
        {
            Assert.That((await rig.RunAsync("dead-letters", "list", "--json")).Output, Is.EqualTo(first));
        }

        Assert.That(await rig.ReadyAsync(Queues.Error), Is.EqualTo(5));
    }

    [TestCase("document-0,document-1,document-2,document-3")]
    [TestCase("document-1", "--reason", "timed_out")]
    [TestCase("document-0,document-2", "--reason", "no such PERSON")]
    [TestCase("", "--reason", "person_lost")]
    [TestCase("document-2", "--document", "document-2")]
    [TestCase("document-0", "--older-than", "1h")]
    [TestCase("document-1,document-2,document-3", "--newer-than", "60m")]
    [TestCase("document-3", "--queue", "skipped")]
    [TestCase("document-0,document-1,document-2", "--queue", "error")]
    [TestCase("document-0,document-3", "--limit", "1")]
    public async Task Options_narrow_the_list(string expected, params string[] options)
    {
        await using var rig = await StartAsync();
        await rig.AddDeadLetterAsync(Request("document-0", "1-a"), at: DateTimeOffset.UtcNow.AddHours(-2));
        await rig.AddDeadLetterAsync(Request("document-1", "1-a"), "timed_out: It took too long.");
        await rig.AddDeadLetterAsync(Request("document-2", "1-a"));
        await rig.AddDeadLetterAsync(Request("document-3", "1-a"), "other", queue: Queues.Skipped);

        var listed = await rig.RunAsync(["dead-letters", "list", "--json", .. options]);

        Assert.That(string.Join(',', listed.Rows.Select(row => (string?)row["document"])), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_warning_says_how_many_messages_exceed_the_limit()
    {
        await using var rig = await StartAsync();
        await rig.AddDeadLetterAsync(Request("luke", "1-a"));
        await rig.AddDeadLetterAsync(Request("leia", "1-a"));

        Assert.That((await rig.RunAsync("dead-letters", "list", "--limit", "1")).Error, Does.Contain("person-requested_error has 1 more messages than the limit of 1"));
    }

    [Test]
    public async Task A_message_that_is_no_request_is_listed_without_a_document()
    {
        await using var rig = await StartAsync();
        await rig.Management.PublishAsync("", Queues.Skipped, "not json at all");

        var row = (await rig.RunAsync("dead-letters", "list", "--json")).Rows.Single();

        Assert.That(((string?)row["document"], (string?)row["queue"]), Is.EqualTo((default(string), Queues.Skipped)));
    }

    [Test]
    public async Task Control_characters_of_an_apps_document_id_do_not_reach_the_terminal()
    {
        await using var rig = await StartAsync();
        await rig.AddDeadLetterAsync(Request("\u001b[2Jgone\nroot", "1-a"), "x: \u202Eevil");

        Assert.That(
            (await rig.RunAsync("dead-letters", "list")).Output,
            Does.Contain(@"\u001B[2Jgone\u000Aroot").And.Contain(@"x: \u202Eevil").And.Not.Match(@"[\u001b\u202e]"));
    }

    [Test]
    public async Task Without_queues_the_list_is_empty_and_no_queue_is_declared()
    {
        await using var rig = await StartAsync(declareQueues: false);

        var listed = await rig.RunAsync("dead-letters", "list");

        Assert.That((listed.ExitCode, listed.Output), Is.EqualTo((0, "0 dead letters.\n")));
        Assert.That(await rig.Management.QueuesAsync(), Is.Empty);
    }
}
