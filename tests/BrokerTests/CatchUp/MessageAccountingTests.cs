using System.Text;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.CatchUp;

/// <summary>The messages in the queues account for requests that are open: neither too few of them, nor too many.</summary>
[Category("Broker")]
public sealed class MessageAccountingTests
{
    [Test]
    public async Task The_messages_of_one_database_do_not_hide_lost_requests_of_another()
    {
        await using var world = await CatchUpWorld.StartAsync("db", "other");
        (string, string)[] settings = [("Keyspaces__0", "db"), ("Keyspaces__1", "other"), ("RepublishAfter", "00:00:03")];
        var gateway = await world.GatewayAsync(settings);
        world.SendWebhooks(gateway, "other");
        await Task.WhenAll(Enumerable.Range(0, 5).Select(number => world.AskAsync($"o{number}", "other")));
        Assert.That(await world.HasAsync(5), Is.True);
        await world.StopGatewaysAsync();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(number => world.AskAsync($"d{number}")));

        await world.GatewayAsync(settings);

        var seen = new HashSet<string>();
        Assert.That(
            await Eventually.IsAsync(async () =>
            {
                // No worker runs, so the messages of the other database stay. Those that are looked at here are put back.
                seen.UnionWith(await world.PeekMessagesAsync());
                return seen.Count(id => id.StartsWith('d')) == 3;
            }),
            Is.True,
            string.Join(' ', seen));
    }

    [Test]
    public async Task Requests_that_wait_for_their_time_without_a_message_do_not_explain_the_messages_of_others()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        foreach (var number in Enumerable.Range(0, 30))
        {
            // No webhook comes, so none of these has a message.
            await world.Outside.Admin.PutAnswerAsync(
                $"db/later{number}", $$"""{"action":"person_request","notBefore":"{{DateTimeOffset.UtcNow.AddDays(30):yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""");
        }

        await Task.WhenAll(Enumerable.Range(0, 20).Select(number => world.AskAsync($"d{number}")));
        Assert.That(await world.HasAsync(20), Is.True);
        await world.StopGatewaysAsync();

        await world.GatewayAsync();

        Assert.That(await world.StaysAtAsync(20), Is.True);
    }

    [Test]
    public async Task While_the_broker_does_not_say_how_many_messages_wait_requests_are_published_all_the_same()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync();
        await world.StopGatewaysAsync();
        var gateway = await world.GatewayAsync(("Bus__DeclareQueues", "false"), ("RepublishAfter", "00:00:03"));
        await world.Broker.Management.DeleteQueueAsync("person-requested_paused");

        await world.AskAsync("one");

        Assert.That(await world.HasAsync(1), Is.True);
        Assert.That(
            gateway.Output.ToString(),
            Does.Match("the broker does not say how many messages of person_request wait: NOT_FOUND - no queue 'person-requested_paused'"));
    }

    [Test]
    public async Task A_request_whose_document_is_purged_is_not_published_again_and_again()
    {
        await using var world = await CatchUpWorld.StartAsync();
        await world.GatewayAsync(("RepublishAfter", "00:00:02"));
        await world.AskAsync("one");
        Assert.That(await world.HasAsync(1), Is.True);
        using var content = new StringContent("""{"one":["*"]}""", Encoding.UTF8, "application/json");
        using var purge = await world.Http.PostAsync(new Uri(world.Outside.Gateway.AdminUrl, "/db/_purge"), content);
        purge.EnsureSuccessStatusCode();
        await world.TakeMessagesAsync();

        Assert.That(await world.StaysAtAsync(0), Is.True);
    }
}
