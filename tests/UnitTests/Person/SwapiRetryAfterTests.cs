using Microsoft.Extensions.Time.Testing;

namespace OfflineActions.Tests.Person;

public sealed class SwapiRetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [TestCase(429, "30", 30)]
    [TestCase(503, "30", 30)]
    [TestCase(429, "Mon, 23 Nov 2026 10:02:00 GMT", 120)]
    [TestCase(503, "Mon, 23 Nov 2026 10:02:00 GMT", 120)]
    [TestCase(429, "864000", 86400)]
    public async Task What_a_host_asks_for_comes_with_the_result(int status, string retryAfter, int seconds)
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.RetryAfter(status, retryAfter));
        using var rig = PersonRig.Over([swapi], new(), new FakeTimeProvider(Now));

        var result = await rig.AskAsync(4);

        Assert.That(result.Unavailable().RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
        Assert.That(swapi.Asked, Has.Count.EqualTo(1), "another round would only annoy it");
    }

    [TestCase(500, "30")]
    [TestCase(429, "0")]
    [TestCase(429, "-5")]
    [TestCase(429, "soon")]
    [TestCase(429, "99999999999999")]
    [TestCase(429, "Mon, 23 Nov 2026 09:59:00 GMT")]
    public async Task What_says_nothing_about_the_future_is_no_wish(int status, string retryAfter)
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.RetryAfter(status, retryAfter));
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Rounds"] = "1" }, new FakeTimeProvider(Now));

        Assert.That((await rig.AskAsync(4)).Unavailable().RetryAfter, Is.Null);
    }

    [Test]
    public async Task Of_several_wishes_the_shortest_comes_with_the_result()
    {
        await using var first = await ScriptedHost.StartAsync(Answers.RetryAfter(429, "60"));
        await using var second = await ScriptedHost.StartAsync(Answers.RetryAfter(503, "20"));
        await using var third = await ScriptedHost.StartAsync(Answers.RetryAfter(503, "40"));
        await using var fourth = await ScriptedHost.StartAsync(Answers.ResetAsync);
        using var rig = PersonRig.Over(first, second, third, fourth);

        var left = (await rig.AskAsync(4)).Unavailable().RetryAfter;

        Assert.That(left, Is.InRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)));
        Assert.That((first.Asked.Count, second.Asked.Count, third.Asked.Count, fourth.Asked.Count), Is.EqualTo((1, 1, 1, 2)));
    }

    [Test]
    public async Task A_host_is_left_alone_for_as_long_as_it_asked()
    {
        await using var first = await ScriptedHost.StartAsync(Answers.RetryAfter(429, "60"));
        await using var second = await ScriptedHost.StartAsync();
        var clock = new FakeTimeProvider(Now);
        using var rig = PersonRig.Over([first, second], new(), clock);

        await rig.AskAsync(4);
        await rig.AskAsync(5);
        var soon = first.Asked.Count;
        clock.Advance(TimeSpan.FromSeconds(61));
        await rig.AskAsync(6);

        Assert.That((soon, first.Asked.Count), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task While_all_hosts_want_to_be_left_alone_the_rest_of_that_time_comes_with_the_result()
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.RetryAfter(429, "60"));
        var clock = new FakeTimeProvider(Now);
        using var rig = PersonRig.Over([swapi], new(), clock);

        await rig.AskAsync(4);
        clock.Advance(TimeSpan.FromSeconds(25));
        var result = await rig.AskAsync(5);

        Assert.That(result.Unavailable().RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(35)));
        Assert.That(swapi.Asked, Has.Count.EqualTo(1));
    }
}
