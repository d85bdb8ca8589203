using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Operator;
using RabbitMQ.Client;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>Dead letters on the operator page, with a real broker.</summary>
[Category("Broker")]
public sealed class PageDeadLetterTests
{
    [Test]
    public async Task Five_thousand_dead_letters_are_listed_within_a_second_and_stay_where_they_are()
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        await rig.AddDeadLettersAsync(5_000);
        var readAt = (string?)(await page.GetAsync("/api/dead-letters"))["readAt"];

        // The next reading: everything is compiled by then.
        JsonNode list;
        TimeSpan elapsed;
        do
        {
            var time = Stopwatch.StartNew();
            list = await page.GetAsync("/api/dead-letters?size=50&page=3");
            elapsed = time.Elapsed;
        }
        while ((string?)list["readAt"] == readAt);

        Assert.That(elapsed, Is.LessThan(TimeSpan.FromSeconds(1)));
        Assert.That((int)list["matching"]!, Is.EqualTo(5_000));
        Assert.That((int)list["pages"]!, Is.EqualTo(100));
        Assert.That(list["rows"]!.AsArray(), Has.Count.EqualTo(50));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.EqualTo(5_000));
    }

    [TestCase("", 3)]
    [TestCase("?reason=timed_out", 1)]
    [TestCase("?document=leia", 1)]
    [TestCase("?queue=skipped", 1)]
    [TestCase("?action=person&queue=error", 2)]
    [TestCase("?olderThan=1h", 1)]
    [TestCase("?newerThan=1h&reason=no+such+PERSON", 1)]
    public async Task They_are_filtered(string query, int expected)
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        await rig.AddDeadLetterAsync(Request("luke", "1-a"), "timed_out: It took too long.", DateTimeOffset.UtcNow.AddHours(-3));
        await rig.AddDeadLetterAsync(Request("leia", "1-a"));
        await rig.AddDeadLetterAsync(Request("han", "1-a"), "R2", queue: Queues.Skipped);

        Assert.That((int)(await page.GetAsync("/api/dead-letters" + query))["matching"]!, Is.EqualTo(expected));
        Assert.That(await page.Http.GetStringAsync("/dead-letters" + query), Does.Contain($"<strong>{expected} dead letter"));
    }

    [Test]
    public async Task One_without_an_id_and_without_a_request_is_opened_from_the_list()
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        foreach (var body in new[] { "no JSON", "" })
        {
            await rig.Channel.BasicPublishAsync("", Queues.Error, mandatory: true, new BasicProperties(), System.Text.Encoding.UTF8.GetBytes(body));
        }

        var list = await page.UntilAsync("/api/dead-letters", all => (int)all["matching"]! == 2);

        var ids = list["rows"]!.AsArray().Select(row => (string)row!["id"]!).ToArray();
        Assert.That(ids, Is.Unique.And.All.Match("^body-[0-9a-f]{16}\\z"));
        foreach (var id in ids)
        {
            Assert.That(await page.Http.GetStringAsync("/dead-letters"), Does.Contain($"/dead-letters/message?id={id}"));
            Assert.That(await page.Http.GetStringAsync($"/dead-letters/message?id={id}"), Does.Contain(id));
        }
    }

    [Test]
    public async Task One_is_shown_with_its_headers_and_its_document_only_if_asked_for()
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        var (id, failure) = await rig.FailAsync("luke", """{"action":"person_request","secret":"a secret"}""");

        var message = await page.GetAsync($"/api/dead-letters/message?id={id}");
        var withDocument = await page.GetAsync($"/api/dead-letters/message?id={id}&document=true");
        var html = await page.Http.GetStringAsync($"/dead-letters/message?id={id}");

        Assert.That((string?)message["headers"]!["offline-actions-failure-revision"], Is.EqualTo(failure));
        Assert.That((string?)message["message"]!["documentId"], Is.EqualTo("luke"));
        Assert.That(message["document"], Is.Null);
        Assert.That((string?)withDocument["document"]!["body"]!["secret"], Is.EqualTo("a secret"));
        Assert.That(html, Does.Contain(failure).And.Contain("person_not_found").And.Not.Contain("a secret"));
        Assert.That(page.Log, Is.EqualTo(new[] { "8005 local was shown the document luke of db" }));
    }

    [TestCase("""{"message\ud800":1}""")]
    [TestCase("""{"keyspace":"\ud800"}""")]
    [TestCase("{\"keyspace\":\"\u00ff\"}")]
    [TestCase("""{"keyspace":"a","keyspace":"b"}""")]
    [TestCase("not JSON")]
    public async Task One_that_no_worker_can_read_is_shown_and_discarded(string body)
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        var id = await rig.AddUnreadableAsync(body);

        var message = await page.GetAsync($"/api/dead-letters/message?id={id}");
        var html = await page.Http.GetStringAsync($"/dead-letters/message?id={id}");
        var done = await page.RunJobAsync("/api/dead-letters/discard", new { ids = new[] { id }, confirm = 1 });

        Assert.That(message["message"], Is.Not.Null);
        Assert.That(html, Does.Contain("<h2>Message</h2>"));
        Assert.That(done["outcomes"]!.ToJsonString(), Is.EqualTo("""{"discarded":1}"""));
    }

    [Test]
    public async Task A_replay_needs_the_right_number_and_says_what_has_become_of_each()
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        var (luke, _) = await rig.FailAsync("luke");
        await rig.FailAsync("leia");
        await rig.PutAsync("leia", """{"action":"none"}""", (string?)(await rig.GetAsync("leia"))["_rev"]);

        using var unconfirmed = await page.Http.PostAsJsonAsync("/api/dead-letters/replay", new { filter = new { } });
        using var wrong = await page.Http.PostAsJsonAsync("/api/dead-letters/replay", new { ids = new[] { luke }, confirm = 2 });
        var dry = await page.RunJobAsync("/api/dead-letters/replay", new { filter = new { }, dryRun = true });
        var before = await rig.ReadyAsync(Queues.Error);
        var done = await page.RunJobAsync("/api/dead-letters/replay", new { filter = new { }, confirm = 2 });

        Assert.That(unconfirmed.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((int)(await unconfirmed.Content.ReadFromJsonAsync<JsonNode>())!["count"]!, Is.EqualTo(2));
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(dry["outcomes"]!.ToJsonString(), Is.EqualTo("""{"obsolete":1,"reopened":1}"""));
        Assert.That(before, Is.EqualTo(2));
        Assert.That(done["outcomes"]!.ToJsonString(), Is.EqualTo("""{"obsolete":1,"reopened":1}"""));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.Zero);
        Assert.That((string?)(await rig.GetAsync("luke"))["action"], Is.EqualTo("person_request"));
        Assert.That(page.Log, Has.Some.Match("^8001 local began Replay [0-9a-f]{12}, of 2 messages: dead letters: all$"));
        Assert.That(page.Log, Has.Some.Match("^8002 Replay [0-9a-f]{12} of local ended as Done: 1 obsolete, 1 reopened$"));
    }

    [Test]
    public async Task Of_two_operators_who_replay_the_same_one_does_it_and_the_other_is_told()
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        var (luke, _) = await rig.FailAsync("luke");
        var request = new { ids = new[] { luke }, confirm = 1 };
        await page.GetAsync("/api/dead-letters");

        using var first = await page.Http.PostAsJsonAsync("/api/dead-letters/replay", request);
        using var second = await page.Http.PostAsJsonAsync("/api/dead-letters/replay", request);
        var jobs = new List<JsonNode>();
        foreach (var answer in new[] { first, second }.Where(answer => answer.StatusCode is HttpStatusCode.Accepted))
        {
            jobs.Add(await page.UntilEndedAsync((string)(await answer.Content.ReadFromJsonAsync<JsonNode>())!["id"]!));
        }

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(second.StatusCode, Is.AnyOf(HttpStatusCode.Accepted, HttpStatusCode.NotFound));
        Assert.That(jobs.Sum(job => (int?)job["outcomes"]!["reopened"] ?? 0), Is.EqualTo(1));
        Assert.That(jobs.Skip(1).Select(job => (string?)job["notes"]![0]), Is.All.EqualTo($"no dead letter {luke} found."));
        Assert.That((string?)(await rig.GetAsync("luke"))["_rev"], Does.StartWith("3-"));
    }

    [Test]
    public async Task Discarded_messages_can_be_downloaded_complete()
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        var (luke, failure) = await rig.FailAsync("luke");
        await rig.FailAsync("leia");

        var done = await page.RunJobAsync("/api/dead-letters/discard", new { ids = new[] { luke }, confirm = 1 });
        var kept = await page.Http.GetStringAsync($"/api/jobs/{done["id"]}/messages");

        Assert.That(done["outcomes"]!.ToJsonString(), Is.EqualTo("""{"discarded":1}"""));
        Assert.That((string?)JsonNode.Parse(kept)!["headers"]!["offline-actions-failure-revision"], Is.EqualTo(failure));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.EqualTo(1));
        Assert.That((string?)(await rig.GetAsync("luke"))["action"], Is.EqualTo("person_failure"));
    }

    [Test]
    public async Task While_messages_are_replayed_the_last_list_is_shown_and_the_progress()
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        for (var number = 0; number < 100; number++)
        {
            await rig.FailAsync($"document-{number}");
        }

        using var started = await page.Http.PostAsJsonAsync("/api/dead-letters/replay", new { filter = new { }, confirm = 100 });
        var id = (string)(await started.Content.ReadFromJsonAsync<JsonNode>())!["id"]!;
        await page.UntilAsync($"/api/jobs/{id}", job => (int)job["done"]! > 5);
        var during = await page.GetAsync("/api/dead-letters");
        using var stop = await page.Http.PostAsync($"/api/jobs/{id}/stop", null);
        var stopped = await page.UntilEndedAsync(id);
        var after = await page.GetAsync("/api/dead-letters");

        Assert.That((int)during["matching"]!, Is.EqualTo(100));
        Assert.That((bool)during["isLocked"]!, Is.True);
        Assert.That((string?)stopped["state"], Is.EqualTo("stopped"));
        Assert.That(
            (int)after["matching"]! + (int)stopped["done"]!,
            Is.InRange(100, 101),
            "What was done is gone, and the rest is there. The one at which it stopped may be done and still be there.");
    }

    [Test]
    public async Task Queues_that_are_missing_or_differ_are_shown()
    {
        await using var rig = await StartAsync();
        await using var page = await StartPageAsync(rig);
        var fine = await page.GetAsync("/api/topology");
        await rig.Management.DeleteQueueAsync(Queues.Skipped);

        await page.UntilAsync("/api/overview", state => state.ToJsonString().Contains($"lacks 1 queue: {Queues.Skipped}", StringComparison.Ordinal));
        Assert.That(fine["findings"]!.AsArray(), Is.Empty);
        Assert.That((string?)(await page.GetAsync("/api/topology"))["findings"]![0]!["problem"], Is.EqualTo("missing"));
        Assert.That(await page.Http.GetStringAsync("/topology"), Does.Contain(Queues.Skipped));
    }

    [Test]
    public async Task Rates_come_from_the_management_API_if_it_is_configured()
    {
        await using var rig = await StartAsync();
        var shared = await Broker.SharedAsync();
        await using var page = await OperatorPageHost.StartAsync(
            rig.Gateway.AdminUrl, rig.Bus, ("Operator:Management", shared.ManagementUrl.GetLeftPart(UriPartial.Authority)));

        await page.UntilAsync("/api/overview", state =>
            state["actions"] is JsonArray { Count: > 0 } actions
            && actions[0]!["queues"] is JsonArray { Count: > 0 } queues
            && (int?)queues[0]!["held"] == 0);
    }

    private static Task<OperatorPageHost> StartPageAsync(OperatorRig rig) => OperatorPageHost.StartAsync(rig.Gateway.AdminUrl, rig.Bus);
}
