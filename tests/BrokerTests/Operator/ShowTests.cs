using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

[Category("Broker")]
public sealed class ShowTests
{
    [Test]
    public async Task Every_message_with_the_id_is_shown_with_its_headers_and_without_the_document()
    {
        await using var rig = await StartAsync();
        await rig.PutAsync("luke", """{"action":"person_request","note":"secret"}""");
        var id = await rig.AddDeadLetterAsync(Request("luke", "1-a"), headers: ("one", "1"));
        await rig.AddDeadLetterAsync(Request("luke", "1-a"), headers: ("two", 2L));

        var shown = await rig.RunAsync("dead-letters", "show", id, "--json");

        Assert.That(shown.ExitCode, Is.Zero);
        Assert.That(shown.Rows, Has.Count.EqualTo(2));
        Assert.That(((string?)shown.Rows[0]["headers"]!["one"], (int?)shown.Rows[1]["headers"]!["two"]), Is.EqualTo(("1", 2)));
        Assert.That(shown.Output, Does.Not.Contain("secret"));
        Assert.That(await rig.ReadyAsync(Queues.Error), Is.EqualTo(2));
    }

    [Test]
    public async Task The_document_is_shown_on_request()
    {
        await using var rig = await StartAsync();
        var revision = await rig.PutAsync("luke", """{"action":"person_request","note":"secret"}""");
        await rig.AddDeadLetterAsync(Request("luke", "1-a"));
        await rig.AddDeadLetterAsync(Request("nobody", "1-a"));

        var luke = await rig.RunAsync("dead-letters", "show", "--document", "luke", "--document-body", "--json");
        var nobody = await rig.RunAsync("dead-letters", "show", "--document", "nobody", "--document-body", "--json");

        Assert.That((string?)luke.Rows.Single()["document"]!["revision"], Is.EqualTo(revision));
        Assert.That((string?)luke.Rows.Single()["document"]!["body"]!["note"], Is.EqualTo("secret"));
        Assert.That((string?)nobody.Rows.Single()["document"], Is.EqualTo("missing"));
    }

    [TestCase("""{"message\ud800":1}""")]
    [TestCase("""{"keyspace":"\ud800"}""")]
    [TestCase("{\"keyspace\":\"\u00ff\"}")]
    [TestCase("""{"keyspace":"a","keyspace":"b"}""")]
    [TestCase("not JSON")]
    public async Task A_message_that_no_worker_can_read_is_shown(string body)
    {
        await using var rig = await StartAsync();
        var id = await rig.AddUnreadableAsync(body);

        var shown = await rig.RunAsync("dead-letters", "show", id, "--json");

        Assert.That((shown.ExitCode, shown.Error), Is.EqualTo((0, "")));
        Assert.That(shown.Rows.Single()["message"], Is.Not.Null);
    }

    [Test]
    public async Task An_unknown_id_is_an_error_with_exit_code_1()
    {
        await using var rig = await StartAsync();

        var shown = await rig.RunAsync("dead-letters", "show", "0badf00d");

        Assert.That((shown.ExitCode, shown.Output, shown.Error), Is.EqualTo((1, "", "operator: no dead letter 0badf00d found.\n")));
    }
}
