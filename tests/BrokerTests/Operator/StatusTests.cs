using OfflineActions.Contracts;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

[Category("Broker")]
public sealed class StatusTests
{
    [Test]
    public async Task Every_queue_is_shown_with_its_messages_and_consumers()
    {
        await using var rig = await StartAsync();
        await rig.AddDeadLetterAsync(Request("luke", "1-a"));
        await rig.AddDeadLetterAsync(Request("leia", "1-a"));
        await rig.Management.DeleteQueueAsync(Queues.Skipped);

        var status = await rig.RunAsync("status", "--json");

        Assert.That(status.ExitCode, Is.Zero);
        Assert.That(status.Rows, Has.Count.EqualTo(15 * ActionCatalog.Default.Actions.Count));
        Assert.That(
            status.Rows.Select(row => row.ToJsonString()),
            Does.Contain("""{"queue":"person-requested_error","exists":true,"ready":2,"consumers":0}""")
                .And.Contain("""{"queue":"person-requested_skipped","exists":false,"ready":null,"consumers":null}"""));
    }

    [Test]
    public async Task Open_requests_are_counted_on_request()
    {
        await using var rig = await StartAsync();
        await rig.PutAsync("luke", """{"action":"person_request"}""");

        var status = await rig.RunAsync("status", "--scan");

        Assert.That(status.Output, Does.Match(@"(?m)^person-requested +0 +0$").And.Match(@"(?m)^db +1$"));
    }
}
