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
    public async Task The_result_holds_the_Retry_After_of_an_instance(int status, string header, int seconds)
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.RetryAfter(status, header));
        using var rig = PersonRig.Over([swapi], new(), new FakeTimeProvider(Now));

        var result = await rig.AskAsync(4);

        Assert.That(result.Unavailable().RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
        Assert.That(swapi.Asked, Has.Count.EqualTo(1), "no second round");
    }

    [TestCase(500, "30")]
    [TestCase(429, "0")]
    [TestCase(429, "-5")]
    [TestCase(429, "soon")]
    [TestCase(429, "99999999999999")]
    [TestCase(429, "Mon, 23 Nov 2026 09:59:00 GMT")]
    public async Task A_Retry_After_that_is_invalid_or_past_is_ignored(int status, string header)
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.RetryAfter(status, header));
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Rounds"] = "1" }, new FakeTimeProvider(Now));

        Assert.That((await rig.AskAsync(4)).Unavailable().RetryAfter, Is.Null);
    }

    [Test]
    public async Task The_result_holds_the_shortest_Retry_After()
    {
        await using var first = await ScriptedHost.StartAsync(Answers.RetryAfter(429, "60"));
        await using var second = await ScriptedHost.StartAsync(Answers.RetryAfter(503, "20"));
        await using var third = await ScriptedHost.StartAsync(Answers.RetryAfter(503, "40"));
        await using var fourth = await ScriptedHost.StartAsync(Answers.ResetAsync);
        using var rig = PersonRig.Over(first, second, third, fourth);

        var retryAfter = (await rig.AskAsync(4)).Unavailable().RetryAfter;

        Assert.That(retryAfter, Is.InRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)));
        Assert.That((first.Asked.Count, second.Asked.Count, third.Asked.Count, fourth.Asked.Count), Is.EqualTo((1, 1, 1, 2)));
    }

    [Test]
    public async Task An_instance_is_skipped_until_its_Retry_After_has_passed()
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
    public async Task While_all_instances_are_in_cooldown_the_result_holds_the_remaining_time()
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
