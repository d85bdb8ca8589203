using System.Diagnostics;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>Webhooks: sent once, in no order, without retries.</summary>
public sealed class WebhookTests
{
    private const string First = "1-cd809becc169215072fd567eebd8b8de";

    [Test]
    public async Task A_write_is_posted_once_in_the_format_of_Sync_Gateway()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await StartAsync(receiver);

        var marked = (await emulated.Admin.PutAnswerAsync("db/d1", """{"z":1.0,"foo":"<b>"}""")).Revision;
        await emulated.Admin.PutAnswerAsync("db/d2", """{"foo":"bar"}""");
        var deleted = (await emulated.Admin.DeleteAnswerAsync($"db/d2?rev={First}")).Revision;
        await emulated.Admin.PutAnswerAsync("db/d3", """{"_attachments":{"a":{"data":"aGk="}}}""");
        await emulated.Admin.PutAnswerAsync("db/_local/c", "{}");

        Assert.That(() => receiver.Requests, Has.Count.EqualTo(4).After(5_000, 20));
        var request = receiver.Requests.First();
        Assert.That((request.Method, request.Target), Is.EqualTo(("POST", "/hook/db?source=db")));
        Assert.That(request.Headers["Content-Type"], Is.EqualTo("application/json"));
        Assert.That(request.Headers["User-Agent"], Is.EqualTo("Go-http-client/1.1"));
        Assert.That(request.Headers.Keys, Is.EquivalentTo(["Host", "Content-Type", "User-Agent", "Content-Length", "Accept-Encoding"]));
        Assert.That(receiver.Bodies, Is.EquivalentTo(
        [
            $$"""{"foo":"\u003cb\u003e","z":1.0,"_id":"d1","_rev":"{{marked}}"}""",
            $$"""{"foo":"bar","_id":"d2","_rev":"{{First}}"}""",
            $$"""{"_id":"d2","_rev":"{{deleted}}","_deleted":true}""",
            """{"_id":"d3","_rev":"1-ca9ad22802b66f662ff171f226211d5c","_attachments":{"a":{"digest":"sha1-witfkXg0JglCjW9RssWvTAveakI=","length":2,"revpos":1,"stub":true,"ver":2}}}""",
        ]));
    }

    [Test]
    public async Task A_replicated_revision_that_exists_already_sends_no_webhook()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await StartAsync(receiver);
        const string Replicated = """{"new_edits":false,"docs":[{"_id":"b","_revisions":{"start":12,"ids":["abc","x"]}}]}""";

        await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Replicated);
        await emulated.Admin.PostAnswerAsync("db/_bulk_docs", Replicated);
        await emulated.Admin.PutAnswerAsync("db/last", "{}");

        Assert.That(() => receiver.Bodies.Any(body => body.Contains("last", StringComparison.Ordinal)), Is.True.After(5_000, 20));
        Assert.That(() => emulated.Gateway.Stats.WebhooksSent, Is.EqualTo(2).After(5_000, 20));
        Assert.That(receiver.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Credentials_in_the_url_become_a_header()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await Emulated.StartAsync([new() { Url = receiver.Url.Replace("http://", "http://sg:p%40ss@", StringComparison.Ordinal) }]);

        await emulated.Admin.PutAnswerAsync("db/d", "{}");

        Assert.That(() => receiver.Requests, Has.Count.EqualTo(1).After(5_000, 20));
        Assert.That(receiver.Requests.Single().Headers["Authorization"], Is.EqualTo("Basic " + Convert.ToBase64String("sg:p@ss"u8)));
    }

    [TestCase(500)]
    [TestCase(401)]
    [TestCase(404)]
    public async Task A_webhook_is_not_retried_after_an_error_status(int status)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Status = status;
        await using var emulated = await StartAsync(receiver);

        await emulated.Admin.PutAnswerAsync("db/d", "{}");
        await emulated.Admin.PutAnswerAsync("db/last", "{}");

        Assert.That(() => receiver.Bodies.Any(body => body.Contains("last", StringComparison.Ordinal)), Is.True.After(5_000, 20));
        Assert.That(() => emulated.Gateway.Stats.WebhooksSent, Is.EqualTo(2).After(5_000, 20));
        Assert.That((receiver.Requests.Count, emulated.Gateway.Stats.WebhooksFailed), Is.EqualTo((2, 0)));
    }

    [TestCase("function(doc, oldDoc) { return doc.go === true && !!doc._id && !!doc._rev; }")]
    [TestCase("function(doc) { return doc.go ? 'true' : 'no'; }")]
    [TestCase("(function(doc) { return String(doc.go) })")]
    public async Task A_change_is_posted_when_the_filter_returns_true(string filter)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await StartAsync(receiver, filter);

        await emulated.Admin.PutAnswerAsync("db/no", """{"go":false}""");
        await emulated.Admin.PutAnswerAsync("db/yes", """{"go":true}""");

        Assert.That(() => emulated.Gateway.Stats.WebhooksSent + emulated.Gateway.Stats.WebhooksFiltered, Is.EqualTo(2).After(5_000, 20));
        Assert.That(() => receiver.Requests, Has.Count.EqualTo(1).After(5_000, 20));
        Assert.That(receiver.Bodies.Single(), Does.Contain("\"yes\""));
    }

    [TestCase("function(doc) { return 1; }")]
    [TestCase("function(doc) { }")]
    [TestCase("function(doc) { throw 'no'; }")]
    [TestCase("function(doc) { return doc(; }")]
    [TestCase("true")]
    [TestCase("function(doc) { function deep() { return deep() } return deep(); }")]
    public async Task A_webhook_is_not_sent_when_its_filter_fails(string filter)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await StartAsync(receiver, filter);

        Assert.That((await emulated.Admin.PutAnswerAsync("db/d", "{}")).Status, Is.EqualTo(201));

        Assert.That(() => emulated.Gateway.Stats.WebhooksFiltered, Is.EqualTo(1).After(10_000, 20));
        Assert.That(receiver.Requests, Is.Empty);
    }

    [Test]
    public async Task The_old_document_is_null_at_first_and_has_no_id_later()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await StartAsync(receiver, "function(doc, oldDoc) { return doc.n === 1 ? oldDoc === null : oldDoc.n === 1 && oldDoc._id === undefined; }");

        var revision = (await emulated.Admin.PutAnswerAsync("db/d", """{"n":1}""")).Revision;
        await emulated.Admin.PutAnswerAsync($"db/d?rev={revision}", """{"n":2}""");

        Assert.That(() => receiver.Requests, Has.Count.EqualTo(2).After(5_000, 20));
    }

    [Test]
    public async Task A_full_queue_delays_the_write_and_then_discards_the_event()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Held = new();
        await using var emulated = await Emulated.StartAsync([new() { Url = receiver.Url }], maxProcesses: 1, waitForProcess: 100);
        for (var n = 0; n < 5; n++)
        {
            await emulated.Admin.PutAnswerAsync($"db/fills{n}", "{}");
        }

        var watch = Stopwatch.StartNew();
        var statuses = new List<int>();
        for (var n = 0; n < 3; n++)
        {
            statuses.Add((await emulated.Admin.PutAnswerAsync($"db/late{n}", "{}")).Status);
        }

        Assert.That(statuses, Is.All.EqualTo(201));
        Assert.That(watch.ElapsedMilliseconds, Is.GreaterThan(180));
        Assert.That(emulated.Gateway.Stats.WebhooksDropped, Is.GreaterThanOrEqualTo(2));
        receiver.Held.SetResult();
        var survivors = 8 - (int)emulated.Gateway.Stats.WebhooksDropped;
        Assert.That(() => receiver.Requests, Has.Count.EqualTo(survivors).After(5_000, 20));
    }

    [Test]
    public async Task When_a_webhook_arrives_its_revision_can_be_read()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await StartAsync(receiver);
        emulated.Gateway.Faults.WebhookBeforeAnswer = true;
        receiver.Held = new();

        var writing = emulated.Admin.PutAnswerAsync("db/d", """{"foo":"bar"}""");

        Assert.That(() => receiver.Requests, Has.Count.EqualTo(1).After(5_000, 20));
        Assert.That((await emulated.Admin.GetAnswerAsync($"db/d?rev={First}")).Status, Is.EqualTo(200));
        Assert.That(writing.IsCompleted, Is.False, "the writer is answered after the receiver has answered");
        receiver.Held.SetResult();
        Assert.That((await writing).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Webhooks_can_be_dropped_and_duplicated()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await StartAsync(receiver);

        emulated.Gateway.Faults.DropWebhooks = true;
        await emulated.Admin.PutAnswerAsync("db/dropped", "{}");
        Assert.That(() => emulated.Gateway.Stats.WebhooksDropped, Is.EqualTo(1).After(5_000, 20));

        emulated.Gateway.Faults = new() { ExtraWebhooks = 2 };
        await emulated.Admin.PutAnswerAsync("db/tripled", "{}");
        Assert.That(() => receiver.Requests, Has.Count.EqualTo(3).After(5_000, 20));
        Assert.That(receiver.Bodies, Is.All.Contains("tripled"));
    }

    [Test]
    public async Task Webhooks_can_be_added_later()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await Emulated.StartAsync();

        emulated.Gateway.AddWebhook(new() { Url = receiver.Url });
        await emulated.Admin.PutAnswerAsync("db/d", "{}");
        Assert.That(() => receiver.Requests, Has.Count.EqualTo(1).After(5_000, 20));

        emulated.Gateway.ReplaceWebhooks();
        await emulated.Admin.PutAnswerAsync("db/e", "{}");
        await emulated.Control.PutAnswerAsync("webhooks", $$"""[{"url":"{{receiver.Url}}"}]""");
        await emulated.Admin.PutAnswerAsync("db/f", "{}");
        Assert.That(() => receiver.Bodies.Any(body => body.Contains("\"f\"", StringComparison.Ordinal)), Is.True.After(5_000, 20));
        Assert.That(receiver.Bodies, Has.None.Contains("\"e\""));
    }

    [Test]
    public async Task The_webhooks_of_a_database_end_with_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await Emulated.StartAsync();
        var database = $$$"""{"guest":{"admin_channels":["*"]},"event_handlers":{"document_changed":[{"handler":"webhook","url":"{{{receiver.Url}}}"}]}}""";

        await emulated.Admin.PutAnswerAsync("new/", database);
        await emulated.Admin.DeleteAnswerAsync("new/");
        await emulated.Admin.PutAnswerAsync("new/", database);
        await emulated.Admin.PutAnswerAsync("new/a", "{}");
        Assert.That(() => emulated.Gateway.Stats.WebhooksSent, Is.EqualTo(1).After(5_000, 20), "after it was deleted");

        await emulated.Gateway.RestartAsync();
        await emulated.Admin.PutAnswerAsync("new/", database);
        await emulated.Admin.PutAnswerAsync("new/b", "{}");
        await emulated.Admin.PutAnswerAsync("new/c", "{}");
        Assert.That(() => receiver.Bodies.Any(body => body.Contains("\"c\"", StringComparison.Ordinal)), Is.True.After(5_000, 20));
        Assert.That(() => emulated.Gateway.Stats.WebhooksSent, Is.EqualTo(3).After(5_000, 20), "after a restart");
    }

    [Test]
    public async Task Any_number_of_events_may_be_delivered_at_the_same_time()
    {
        await using var emulated = await Emulated.StartAsync();

        var answer = await emulated.Admin.PutAnswerAsync("new/", """{"event_handlers":{"max_processes":2000000000}}""");

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That((await emulated.Admin.PutAnswerAsync("new2/", """{"event_handlers":{"max_processes":1000000000}}""")).Status, Is.EqualTo(201));
    }

    private static Task<Emulated> StartAsync(Receiver receiver, string? filter = null) => Emulated.StartAsync([new WebhookOptions { Url = receiver.Url, Filter = filter }]);
}
