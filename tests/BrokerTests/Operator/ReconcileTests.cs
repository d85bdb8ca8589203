using System.Text.Json.Nodes;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

[Category("Broker")]
public sealed class ReconcileTests
{
    private const string Asking = """{"action":"person_request"}""";

    [Test]
    public async Task Every_open_request_is_listed_and_nothing_else()
    {
        await using var rig = await StartAsync();
        var open = await rig.PutAsync("open", Asking);
        var again = await rig.PutAsync("again", Asking, await rig.PutAsync("again", """{"action":"person_failure"}"""));
        await rig.PutAsync("done", """{"action":"person_success"}""", await rig.PutAsync("done", Asking));
        await rig.PutAsync("unheard-of", """{"action":"other_request"}""");
        await rig.PutAsync("plain", """{"note":{"action":"person_request"}}""");
        await rig.PutAsync("list", """{"action":["person_request"]}""");
        await rig.Documents.DeleteAnswerAsync($"deleted?rev={await rig.PutAsync("deleted", Asking)}");

        var listed = await rig.RunAsync("reconcile", "--json");

        Assert.That(listed.ExitCode, Is.Zero, listed.Error);
        Assert.That(
            listed.Rows.Select(row => ((string?)row["document"], (string?)row["revision"], (bool)row["repaired"]!)),
            Is.EquivalentTo(new[] { ("open", open, false), ("again", again, false) }));
        Assert.That(await rig.ReadyAsync(Queues.Work), Is.Zero);
    }

    [Test]
    public async Task Repair_publishes_the_same_message_as_the_gateway()
    {
        await using var rig = await StartAsync();
        var revision = await rig.PutAsync("luke", Asking);

        var repaired = await rig.RunAsync("reconcile", "--repair");
        var message = await rig.Channel.BasicGetAsync(Queues.Work, autoAck: true);

        Assert.That(repaired.ExitCode, Is.Zero, repaired.Error);
        Assert.That(repaired.Output, Does.EndWith("1 open, published.\n"));
        Assert.That(message, Is.Not.Null);
        var body = JsonNode.Parse(message!.Body.Span)!;
        Assert.That(
            ((string?)body["keyspace"], (string?)body["documentId"], (string?)body["revision"], body["requestedAt"]!.GetValue<DateTimeOffset>().Offset),
            Is.EqualTo(("db", "luke", revision, TimeSpan.Zero)));
        Assert.That(message.BasicProperties.MessageId, Is.EqualTo(Request("luke", revision).MessageId.ToString()));
        Assert.That((message.BasicProperties.ContentType, message.BasicProperties.Persistent), Is.EqualTo(("application/json", true)));
    }

    [Test]
    public async Task Older_than_lists_requests_that_a_second_scan_finds_in_the_same_revision()
    {
        await using var rig = await StartAsync();
        var stuck = await rig.PutAsync("stuck", Asking);
        var answered = await rig.PutAsync("answered", Asking);
        var asksAnew = await rig.PutAsync("asks-anew", Asking);

        await using var process = StartProcess([], ["reconcile", "--older-than", "5s", .. rig.Places]);
        var scanned = await Eventually.IsAsync(() => process.Output.ToString().Contains("3 open; scanning again in 5s.", StringComparison.Ordinal));
        await rig.PutAsync("answered", """{"action":"person_success"}""", answered);
        await rig.PutAsync("asks-anew", """{"action":"person_request","again":true}""", asksAnew);
        await rig.PutAsync("new", Asking);

        Assert.That((scanned, await process.Exited), Is.EqualTo((true, 1)));
        Assert.That(process.Output.ToString(), Does.Match($@"\nperson +db +stuck +{stuck}\n1 open\.$").And.Not.Contain("answered").And.Not.Contain("asks-anew").And.Not.Contain("new "));
    }

    [Test]
    public async Task Many_requests_are_read_in_batches()
    {
        await using var rig = await StartAsync();
        var documents = new JsonArray([.. Enumerable.Range(0, 1_300).Select(number => new JsonObject { ["_id"] = $"d{number}", ["action"] = "person_request" })]);
        await rig.Documents.PostAnswerAsync("_bulk_docs", new JsonObject { ["docs"] = documents }.ToJsonString());

        Assert.That((await rig.RunAsync("reconcile", "--json")).Rows, Has.Count.EqualTo(1_300));
    }

    [Test]
    public async Task Without_a_broker_only_repair_fails_and_does_so_at_once()
    {
        await using var rig = await StartAsync();
        await rig.PutAsync("luke", Asking);
        string[] places = ["--bus", "amqp://127.0.0.1:1/", "--sync-gateway", rig.Gateway.AdminUrl.OriginalString];

        Assert.That((await RunWithoutPlacesAsync(["reconcile", .. places])).ExitCode, Is.Zero);
        Assert.That((await RunWithoutPlacesAsync(["reconcile", "--older-than", "7d", "--repair", .. places])).ExitCode, Is.EqualTo(3));
    }

    [Test]
    public async Task An_unknown_keyspace_is_an_error_that_names_it()
    {
        await using var rig = await StartAsync();

        var listed = await rig.RunAsync("reconcile", "--keyspace", "nowhere");

        Assert.That(listed.ExitCode, Is.EqualTo(3));
        Assert.That(listed.Error, Does.Contain("nowhere"));
    }
}
