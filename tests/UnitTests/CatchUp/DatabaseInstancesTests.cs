using Microsoft.Extensions.Time.Testing;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Tests.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

/// <summary>Where to read on, at a Sync Gateway that says which process it is.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DatabaseInstancesTests
{
    private readonly FakeTimeProvider clock = new();
    private volatile int process = 1;

    [Test]
    public async Task A_process_that_was_never_seen_is_read_from_the_beginning_and_one_that_comes_back_from_its_own_place()
    {
        await using var server = await ServerAsync();
        using var client = new TestClient(server.Url);
        var instances = Create(client);
        await FollowAsync(instances, "0");
        await ReachAsync(instances, "8");
        process = 2;
        await FollowAsync(instances, "0");
        await ReachAsync(instances, "31");

        process = 1;

        await FollowAsync(instances, "8");
    }

    [Test]
    public async Task A_place_that_was_reached_before_another_process_was_noticed_counts_for_neither()
    {
        await using var server = await ServerAsync();
        using var client = new TestClient(server.Url);
        var instances = Create(client);
        await FollowAsync(instances, "0");
        await ReachAsync(instances, "8");

        process = 2;
        Assert.That(await instances.FindsOtherAsync(reached: "31", default), Is.True);

        Assert.That(instances.Places.Select(place => (place.Process, place.Since)), Is.EqualTo(new[] { (1L, "8") }));
        instances.FollowOther();
        Assert.That(instances.Since, Is.EqualTo("0"));
    }

    [Test]
    public async Task Several_processes_that_answer_in_turn_are_soon_followed_without_a_break()
    {
        await using var server = await ServerAsync();
        using var client = new TestClient(server.Url);
        var instances = Create(client);
        var breaks = new List<int>();
        for (var turn = 0; turn < 100; turn++)
        {
            process = turn % 4;
            clock.Advance(TimeSpan.FromSeconds(5));
            if (await instances.FindsOtherAsync(reached: $"{turn}", default))
            {
                breaks.Add(turn);
                instances.FollowOther();
            }
        }

        Assert.That(breaks, Is.All.LessThan(8));
        Assert.That(instances.Since, Is.EqualTo("99"));
    }

    [Test]
    public async Task A_process_that_did_not_answer_for_long_is_read_from_its_own_place()
    {
        await using var server = await ServerAsync();
        using var client = new TestClient(server.Url);
        var instances = Create(client);
        foreach (var next in new[] { 1, 2, 1 })
        {
            process = next;
            await FollowAsync(instances, "0");
        }

        await ReachAsync(instances, "8");
        process = 2;
        await ReachAsync(instances, "9");
        process = 1;
        for (var minute = 0; minute < 3; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await ReachAsync(instances, $"1{minute}");
        }

        process = 2;

        await FollowAsync(instances, "9");
    }

    [Test]
    public async Task A_place_is_good_for_the_way_it_was_read_alone()
    {
        await using var server = await ServerAsync();
        using var client = new TestClient(server.Url);
        var narrow = Create(client, "narrow");
        await FollowAsync(narrow, "0");
        await ReachAsync(narrow, "8");

        var wide = Create(client, "wide");
        wide.Restore(narrow.Places);
        Assert.That(wide.Since, Is.EqualTo("0"));
        await FollowAsync(wide, "0");
        await ReachAsync(wide, "9");

        var again = Create(client, "narrow");
        again.Restore(wide.Places);
        await FollowAsync(again, "8");
    }

    [Test]
    public async Task What_an_earlier_gateway_confirmed_last_is_read_on_without_a_break()
    {
        await using var server = await ServerAsync();
        using var client = new TestClient(server.Url);
        var earlier = Create(client);
        await FollowAsync(earlier, "0");
        await ReachAsync(earlier, "8");

        var instances = Create(client);
        instances.Restore(Checkpoint.Parse(new Checkpoint("marker", earlier.Places).ToJson())!.Places);

        Assert.That(instances.Since, Is.EqualTo("8"));
        await ReachAsync(instances, "9");
    }

    [Test]
    public async Task The_oldest_of_very_many_places_is_forgotten()
    {
        await using var server = await ServerAsync();
        using var client = new TestClient(server.Url);
        var instances = Create(client);
        for (process = 1; process <= 101; process++)
        {
            await FollowAsync(instances, "0");
        }

        Assert.That(instances.Places.Select(place => place.Process), Is.EqualTo(Enumerable.Range(2, 100)));
    }

    [TestCase("{}")]
    [TestCase("null")]
    [TestCase("""{"marker":null,"places":null}""")]
    [TestCase("""{"marker":null,"places":[null]}""")]
    [TestCase("""{"marker":null,"places":[{"process":1,"reading":"","since":null}]}""")]
    [TestCase("""{"marker":null,"places":[{"process":"1","reading":null,"since":""}]}""")]
    public void Anything_else_is_no_checkpoint(string json) => Assert.That(Checkpoint.Parse(json), Is.Null);

    private Task<ScriptedServer> ServerAsync() => ScriptedServer.StartAsync(context => ScriptedServer.AnswerAsync(
        context, 200, $$"""{"db_name":"db","instance_start_time":{{process}},"state":"Online"}"""));

    private DatabaseInstances Create(TestClient client, string reading = "all") => new(client.Client, "db", reading, clock);

    private static async Task FollowAsync(DatabaseInstances instances, string from)
    {
        Assert.That(await instances.FindsOtherAsync(reached: "tainted", default), Is.True);
        instances.FollowOther();
        Assert.That(instances.Since, Is.EqualTo(from));
    }

    private static async Task ReachAsync(DatabaseInstances instances, string place)
    {
        Assert.That(await instances.FindsOtherAsync(reached: place, default), Is.False);
        Assert.That(instances.Since, Is.EqualTo(place));
    }
}
