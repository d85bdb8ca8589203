using System.Diagnostics;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>Limits on time and memory of scripts and webhooks. Each test takes seconds of real time.</summary>
[NonParallelizable]
public sealed class TimeLimitTests
{
    [Test]
    public async Task A_sync_function_that_does_not_end_is_stopped_and_an_invalid_one_is_rejected()
    {
        await using var emulated = await Emulated.StartAsync(sync: "function (doc) { if (doc.loop) { while (true) {} } var all = []; while (doc.fill) { all.push(new Array(10000).join('x')); } }");

        Assert.That((await emulated.Admin.PutAnswerAsync("db/a", """{"loop":true}""")).Error, Is.EqualTo((500, "Internal Server Error", "Exception in JS sync function")));
        Assert.That((await emulated.Admin.PutAnswerAsync("db/b", """{"fill":true}""")).Status, Is.EqualTo(500));
        Assert.That((await emulated.Admin.PutAnswerAsync("db/c", "{}")).Status, Is.EqualTo(201));
        Assert.That((await emulated.Admin.PutAnswerAsync("other/", """{"sync":"this is none"}""")).Status, Is.EqualTo(400));
        Assert.ThrowsAsync<InvalidOperationException>(() => SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null, SyncFunction = "1" }));
    }

    [Test]
    public async Task The_time_limit_is_per_call_and_not_per_engine()
    {
        await using var emulated = await Emulated.StartAsync(sync: "function (doc) { channel(doc.channels); }");
        var statuses = new HashSet<int>();

        for (var (watch, number) = (Stopwatch.StartNew(), 0); watch.Elapsed < TimeSpan.FromSeconds(2.5); number++)
        {
            statuses.Add((await emulated.Admin.PutAnswerAsync($"db/{number}", """{"channels":["A"]}""")).Status);
        }

        Assert.That(statuses, Is.EquivalentTo([201]));
    }

    [TestCase("function(doc) { while (true) { } }")]
    [TestCase("function(doc) { var all = []; while (true) { all.push(new Array(100000).join('x') + all.length); } }")]
    public async Task A_webhook_is_not_sent_when_its_filter_exceeds_a_limit(string filter)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var emulated = await Emulated.StartAsync([new() { Url = receiver.Url, Filter = filter }]);

        Assert.That((await emulated.Admin.PutAnswerAsync("db/d", "{}")).Status, Is.EqualTo(201));

        Assert.That(() => emulated.Gateway.Stats.WebhooksFiltered, Is.EqualTo(1).After(10_000, 20));
        Assert.That(receiver.Requests, Is.Empty);
    }

    [Test]
    public async Task A_receiver_that_is_down_or_times_out_loses_the_event_but_the_write_succeeds()
    {
        await using var slow = await Receiver.StartAsync();
        slow.Held = new();
        await using var emulated = await Emulated.StartAsync([new() { Url = "http://127.0.0.1:9/" }, new() { Url = slow.Url, Timeout = 1 }]);

        var answer = await emulated.Admin.PutAnswerAsync("db/d", "{}");

        Assert.That(answer.Status, Is.EqualTo(201));
        Assert.That(() => emulated.Gateway.Stats.WebhooksFailed, Is.EqualTo(2).After(10_000, 20));
        Assert.That(slow.Requests, Has.Count.EqualTo(1));
    }
}
