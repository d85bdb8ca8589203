using Microsoft.Extensions.Time.Testing;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Person;

public sealed class SwapiCacheTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_person_and_the_number_of_people_are_cached_for_a_day()
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
    public async Task A_missing_person_is_cached_for_ten_minutes()
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
    public async Task A_failure_is_not_cached()
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.Html(200));
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Rounds"] = "1" });

        await rig.AskAsync(4);
        swapi.Answer = Answers.Swapi;

        Assert.That((await rig.AskAsync(4)).Person(), Is.Not.Null);
    }

    [Test]
    public async Task Concurrent_requests_for_the_same_person_share_one_fetch()
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
        var results = await Task.WhenAll(asking).WaitAsync(Timeout);

        Assert.That(results.Select(result => (string?)result.Person()["name"]), Is.All.EqualTo("Person 4"));
        Assert.That((await another).Person(), Is.Not.Null);
        Assert.That(swapi.Asked, Is.EquivalentTo(["/api/people/4/", "/api/people/5/"]));
    }

    [Test]
    public async Task Each_person_is_fetched_once_over_many_concurrent_requests()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over(swapi);

        await Parallel.ForAsync(0, 2000, async (number, cancellationToken) => await rig.AskAsync(20 + (number % 7), cancellationToken));

        Assert.That(swapi.Asked, Has.Count.EqualTo(7).And.Unique);
    }

    [Test]
    public async Task A_cancelled_request_does_not_cancel_the_fetch_for_others()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        var open = new TaskCompletionSource();
        swapi.Answer = async context =>
        {
            await open.Task;
            await Answers.Swapi(context);
        };
        using var rig = PersonRig.Over(swapi);
        using var cancellation = new CancellationTokenSource();

        var first = rig.AskAsync(4, cancellation.Token);
        var second = rig.AskAsync(4);
        await cancellation.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        open.SetResult();

        Assert.That((await second.WaitAsync(Timeout)).Person(), Is.Not.Null);
        Assert.That(swapi.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Requests_that_share_a_fetch_share_its_failure()
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
        var results = await Task.WhenAll(asking).WaitAsync(Timeout);

        Assert.That(results, Is.All.InstanceOf<ActionResult.TransientFailure>());
        Assert.That(swapi.Asked, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Without_the_cache_every_request_fetches()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Cache"] = "false" });

        await rig.AskAsync(4);
        await rig.AskAsync(4);

        Assert.That(swapi.Asked, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task No_more_responses_are_cached_than_allowed()
    {
        const int people = 500;
        await using var swapi = await ScriptedHost.StartAsync(Answers.Json(200, """{"name":"a"}"""));
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:CacheEntries"] = "20" });
        await Parallel.ForAsync(1, people + 1, async (id, cancellationToken) =>
            Assert.That((int?)(await rig.AskAsync(id, cancellationToken)).Person()["id"], Is.EqualTo(id)));
        var before = swapi.Asked.Count;

        for (var id = 1; id <= people; id++)
        {
            await rig.AskAsync(id);
        }

        Assert.That(swapi.Asked.Count - before, Is.GreaterThanOrEqualTo(people - 20));
    }

    [Test]
    public async Task As_many_responses_are_cached_as_allowed()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:CacheEntries"] = "10" });

        foreach (var id in Enumerable.Range(20, 10).Concat(Enumerable.Range(20, 10)))
        {
            await rig.AskAsync(id);
        }

        Assert.That(swapi.Asked, Has.Count.EqualTo(10).And.Unique);
    }
}
