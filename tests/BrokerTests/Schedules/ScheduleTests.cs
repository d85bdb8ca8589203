using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Tests.CatchUp;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.Schedules;

/// <summary>Schedules of three gateways, as processes.</summary>
[Category("Broker")]
public sealed class ScheduleTests
{
    private const int MinDueTimes = 12;

    [Test]
    public async Task Three_gateways_of_which_one_freezes_write_one_document_and_publish_one_message_for_each_due_time()
    {
        await using var world = await CatchUpWorld.StartAsync();
        var options = world.Options();
        var environment = new Dictionary<string, string?>(options.Environment)
        {
            ["Schedules__often__Cron"] = "* * * * * *",
            ["Schedules__often__Document"] = """{"action":"person_request"}""",
        };
        options = options with { Environment = environment };
        await using var frozen = await ServiceProcess.StartAsync(options);
        await using var second = await ServiceProcess.StartAsync(options);
        await using var third = await ServiceProcess.StartAsync(options);

        Assert.That(await HasAsync(2), Is.True, third.Output.Last(30));
        frozen.Pause();
        var before = (await ListAsync()).Count;
        Assert.That(await HasAsync(before + MinDueTimes), Is.True, third.Output.Last(30));
        // What it finds when it goes on is a document that was answered, and one that was deleted.
        var (answered, deleted) = ((await ListAsync())[before + 1], (await ListAsync())[before + 2]);
        await EditAsync("PUT", answered, """{"action":"person_success"}""");
        await EditAsync("DELETE", deleted, null);
        frozen.Resume();
        var after = (await ListAsync()).Count;
        Assert.That(await HasAsync(after + MinDueTimes), Is.True, third.Output.Last(30));
        await Task.WhenAll(frozen.TerminateAsync(), second.TerminateAsync(), third.TerminateAsync());

        var ids = await ListAsync();
        var times = ids.Select(id => DateTimeOffset.Parse(id["schedule:often:".Length..])).ToList();
        var seconds = (int)(times[^1] - times[0]).TotalSeconds + 1;
        Assert.Multiple(() =>
        {
            Assert.That(ids, Has.Count.EqualTo(seconds - 1), "every second has its document, and one was deleted");
            Assert.That(ids.Except([answered]).Select(id => world.Outside.Gateway.WritesOf(id)), Is.All.EqualTo(1));
            Assert.That(world.Outside.Gateway.WritesOf(answered), Is.EqualTo(2));
            Assert.That(world.Outside.Gateway.WritesOf(deleted), Is.EqualTo(2));
        });

        async Task<IReadOnlyList<string>> ListAsync() =>
            [.. (await world.Outside.Admin.GetAnswerAsync("db/_all_docs")).Json["rows"]!.AsArray().Select(row => (string)row!["id"]!)];

        Task<bool> HasAsync(int count) => Eventually.IsAsync(async () => (await ListAsync()).Count >= count, TimeSpan.FromSeconds(90));

        async Task EditAsync(string method, string id, string? body)
        {
            var revision = (string)(await world.Outside.Admin.GetAnswerAsync("db/" + id)).Json["_rev"]!;
            Assert.That((await world.Outside.Admin.SendForAnswerAsync(method, $"db/{id}?rev={revision}", body)).Status, Is.LessThan(300));
        }
    }

    [Test]
    public async Task A_gateway_without_Sync_Gateway_is_ready_and_says_which_schedule_waits()
    {
        await using var world = await CatchUpWorld.StartAsync();
        world.Outside.Gateway.Faults.FailNext = int.MaxValue;
        var options = world.Options();
        var environment = new Dictionary<string, string?>(options.Environment)
        {
            ["Schedules__often__Cron"] = "* * * * * *",
            ["Schedules__often__Document"] = """{"action":"person_request"}""",
        };
        await using var gateway = await ServiceProcess.StartAsync(options with { Environment = environment, ReadyPath = "/health/live" });

        JsonNode? check = null;
        Assert.That(
            await Eventually.IsAsync(async () =>
            {
                var ready = await world.Http.GetAnswerAsync(new Uri(gateway.Url, "/health/ready").ToString());
                check = ready.Json;
                return ready.Status == 200 && ready.Text.Contains("Schedules: often: Sync Gateway answered 503", StringComparison.Ordinal);
            }),
            Is.True,
            $"{check}");

        world.Outside.Gateway.Faults.FailNext = 0;
        Assert.That(await world.HasAsync(1), Is.True, gateway.Output.Last(30));
    }
}
