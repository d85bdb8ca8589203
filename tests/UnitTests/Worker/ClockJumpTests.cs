using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Tests.Person;
using OfflineActions.Worker;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Tests.Worker;

/// <summary>The machine's clock is set back or forward by hours. No pause becomes longer or shorter.</summary>
[TestFixture(-3)]
[TestFixture(3)]
public sealed class ClockJumpTests(int hours)
{
    private readonly JumpingClock clock = new();

    [Test]
    public async Task The_circuit_breaker_stays_open_for_its_pause()
    {
        var breaker = new CircuitBreaker(
            Options.Create(new WorkerOptions { CircuitBreakerAttempts = 1, CircuitBreakerPause = TimeSpan.FromMinutes(1) }),
            clock,
            new FakeLogger<CircuitBreaker>());
        breaker.Record(entered: 0, isSuccess: false);

        clock.Jump(TimeSpan.FromHours(hours));

        Assert.That(breaker.IsOpen, Is.True);
        var wait = breaker.EnterAsync(CancellationToken.None);
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.That((breaker.IsOpen, wait.IsCompleted), Is.EqualTo((true, false)));
        clock.Advance(TimeSpan.FromSeconds(1));
        await wait.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(breaker.IsOpen, Is.False);
    }

    [Test]
    public async Task An_instance_of_SWAPI_is_in_cooldown_for_its_Retry_After()
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.RetryAfter(429, "60"));
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Rounds"] = "1" }, clock);
        await rig.AskAsync(4);

        clock.Jump(TimeSpan.FromHours(hours));

        Assert.That((await rig.AskAsync(4)).Unavailable().RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(60)));
        Assert.That(swapi.Asked, Has.Count.EqualTo(1));
        swapi.Answer = Answers.Swapi;
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.That(await rig.AskAsync(4), Is.InstanceOf<ActionResult.Succeeded>());
    }

    [Test]
    public async Task An_instance_of_SWAPI_that_keeps_failing_is_skipped_for_half_a_minute()
    {
        await using var swapi = await ScriptedHost.StartAsync(Answers.Html(200));
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Rounds"] = "1" }, clock);
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await rig.AskAsync(4);
        }

        var asked = swapi.Asked.Count;
        swapi.Answer = Answers.Swapi;
        clock.Jump(TimeSpan.FromHours(hours));

        Assert.That(await rig.AskAsync(4), Is.InstanceOf<ActionResult.TransientFailure>());
        Assert.That((asked, swapi.Asked.Count), Is.EqualTo((3, 3)));
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.That(await rig.AskAsync(4), Is.InstanceOf<ActionResult.Succeeded>());
    }

    [Test]
    public async Task A_missing_person_is_cached_for_ten_minutes()
    {
        await using var swapi = await ScriptedHost.StartAsync();
        using var rig = PersonRig.Over([swapi], new(), clock);
        await rig.AskAsync(17);

        clock.Jump(TimeSpan.FromHours(hours));
        await rig.AskAsync(17);
        Assert.That(swapi.Asked, Has.Count.EqualTo(1));
        clock.Advance(TimeSpan.FromMinutes(11));
        await rig.AskAsync(17);

        Assert.That(swapi.Asked, Has.Count.EqualTo(2));
    }

    [Test]
    public void An_unknown_action_is_logged_once_an_hour()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton(ActionCatalog.Default).BuildServiceProvider();
        var log = new FakeLogger<UnroutedRequests>();
        var unrouted = new UnroutedRequests(clock, ActivatorUtilities.CreateInstance<PublishingTelemetry>(services), ActionCatalog.Default, log);
        unrouted.Note("persom_request", "a");

        clock.Jump(TimeSpan.FromHours(hours));
        unrouted.Note("persom_request", "b");
        Assert.That(log.Collector.Count, Is.EqualTo(1));
        clock.Advance(TimeSpan.FromMinutes(61));
        unrouted.Note("persom_request", "c");

        Assert.That(log.Collector.Count, Is.EqualTo(2));
    }
}
