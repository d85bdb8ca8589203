using Microsoft.Extensions.Time.Testing;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Person;

public sealed class SwapiCacheTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_person_and_the_number_of_people_are_kept_for_a_day()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var rig = PersonRig.Over([swapi], new(), clock);

        await rig.AskAsync();
        clock.Advance(TimeSpan.FromHours(23.9));
        await rig.AskAsync();
        var withinADay = swapi.Asked.Count;
        clock.Advance(TimeSpan.FromHours(0.2));
        await rig.AskAsync();

        Assert.That((withinADay, swapi.Asked.Count), Is.EqualTo((2, 4)));
    }

    [Test]
    public async Task That_a_person_is_missing_is_kept_for_ten_minutes()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var rig = PersonRig.Over([swapi], new(), clock);

        await rig.AskAsync(17);
        clock.Advance(TimeSpan.FromMinutes(9.9));
        await rig.AskAsync(17);
        var withinTenMinutes = swapi.Asked.Count;
        clock.Advance(TimeSpan.FromMinutes(0.2));
        await rig.AskAsync(17);

        Assert.That((withinTenMinutes, swapi.Asked.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task A_failure_is_not_kept()
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.Html(200));
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Rounds"] = "1" });

        await rig.AskAsync(4);
        swapi.Answer = Answers.Swapi;

        Assert.That((await rig.AskAsync(4)).Person(), Is.Not.Null);
    }

    [Test]
    public async Task Those_who_ask_for_the_same_person_at_once_share_one_fetch()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        var open = new TaskCompletionSource();
        swapi.Answer = async context =>
        {
            await open.Task;
            await Answers.Swapi(context);
        };
        using var rig = PersonRig.Over(swapi);

        var asking = Enumerable.Range(0, 50).Select(_ => rig.AskAsync(4)).ToArray();
        var another = rig.AskAsync(5);
        open.SetResult();
        var results = await Task.WhenAll(asking).WaitAsync(Patience);

        Assert.That(results.Select(result => (string?)result.Person()["name"]), Is.All.EqualTo("Person 4"));
        Assert.That((await another).Person(), Is.Not.Null);
        Assert.That(swapi.Asked, Is.EquivalentTo(["/api/people/4/", "/api/people/5/"]));
    }

    [Test]
    public async Task Each_person_is_fetched_once_however_many_ask_in_whatever_order()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(swapi);

        await Parallel.ForAsync(0, 2000, async (number, cancellationToken) => await rig.AskAsync(20 + (number % 7), cancellationToken));

        Assert.That(swapi.Asked, Has.Count.EqualTo(7).And.Unique);
    }

    [Test]
    public async Task One_who_gives_up_does_not_take_the_answer_from_the_others()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        var open = new TaskCompletionSource();
        swapi.Answer = async context =>
        {
            await open.Task;
            await Answers.Swapi(context);
        };
        using var rig = PersonRig.Over(swapi);
        using var leaving = new CancellationTokenSource();

        var first = rig.AskAsync(4, leaving.Token);
        var second = rig.AskAsync(4);
        await leaving.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        open.SetResult();

        Assert.That((await second.WaitAsync(Patience)).Person(), Is.Not.Null);
        Assert.That(swapi.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Those_who_share_a_fetch_share_its_failure()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        var open = new TaskCompletionSource();
        swapi.Answer = async context =>
        {
            await open.Task;
            await Answers.RetryAfter(429, "60")(context);
        };
        using var rig = PersonRig.Over(swapi);

        var asking = Enumerable.Range(0, 10).Select(_ => rig.AskAsync(4)).ToArray();
        open.SetResult();
        var results = await Task.WhenAll(asking).WaitAsync(Patience);

        Assert.That(results, Is.All.InstanceOf<ActionResult.TransientFailure>());
        Assert.That(swapi.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Switched_off_every_request_asks()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Cache"] = "false" });

        await rig.AskAsync(4);
        await rig.AskAsync(4);

        Assert.That(swapi.Asked, Has.Count.EqualTo(2));
        Assert.That(rig.Cache.Count, Is.Zero);
    }

    [Test]
    public async Task No_more_answers_are_kept_than_allowed_and_all_are_given()
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.Json(200, """{"name":"a"}"""));
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:CacheEntries"] = "20" });
        var most = 0;

        await Parallel.ForAsync(1, 500, async (id, cancellationToken) =>
        {
            Assert.That((int?)(await rig.AskAsync(id, cancellationToken)).Person()["id"], Is.EqualTo(id));
            InterlockedMax(ref most, rig.Cache.Count);
        });

        Assert.That(most, Is.InRange(10, 20));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            seen = before == seen ? value : before;
        }
    }
}
