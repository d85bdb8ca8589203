using OfflineActions.Tests.Dev;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

/// <summary>The command line as a process, as scripts use it.</summary>
[Category("Broker")]
public sealed class OperatorProcessTests
{
    [TestCase]
    [TestCase("--help")]
    [TestCase("dead-letters", "list", "--help")]
    [TestCase("dead-letters", "show", "--help")]
    [TestCase("dead-letters", "replay", "--help")]
    [TestCase("dead-letters", "discard", "--help")]
    [TestCase("reconcile", "--help")]
    [TestCase("topology", "check", "--help")]
    [TestCase("status", "--help")]
    [TestCase("pause", "--help")]
    [TestCase("resume", "--help")]
    public async Task Help_shows_examples_and_exit_codes(params string[] arguments)
    {
        await using var process = StartProcess([], arguments);

        Assert.That(await process.Exited, Is.Zero);
        Assert.That(process.Output.ToString(), Does.Contain("Exit codes: 0 ").And.Match(arguments.Length > 1 ? "Examples:\n  operator " + arguments[0] : "Usage:"));
    }

    [TestCase("dead-letter")]
    [TestCase("dead-letters", "replay")]
    [TestCase("dead-letters", "replay", "some-id", "--all")]
    [TestCase("dead-letters", "discard", "--reason", "timed_out")]
    [TestCase("dead-letters", "show")]
    [TestCase("dead-letters", "list", "--older-than", "5")]
    [TestCase("dead-letters", "list", "--older-than", "soon")]
    [TestCase("dead-letters", "list", "--queue", "work")]
    [TestCase("dead-letters", "list", "--limit", "0")]
    [TestCase("dead-letters", "replay", "--all", "--rate", "0")]
    [TestCase("dead-letters", "replay", "--all", "--rate", "0.0001")]
    [TestCase("dead-letters", "replay", "--all", "--rate", "100001")]
    [TestCase("dead-letters", "list")]
    [TestCase("dead-letters", "list", "--bus", "http://127.0.0.1/")]
    [TestCase("dead-letters", "list", "--bus", "amqp://guest:secret@:x/")]
    [TestCase("dead-letters", "replay", "--all", "--bus", "amqp://127.0.0.1:1/", "--sync-gateway", "nowhere")]
    [TestCase("reconcile", "--keyspace", "a/b")]
    public async Task Bad_arguments_end_with_2_and_a_sentence(params string[] arguments)
    {
        await using var process = StartProcess([], arguments);

        Assert.That(await process.Exited, Is.EqualTo(2), process.Output.ToString());
        Assert.That(process.Output.ToString(), Is.Not.Empty.And.Not.Contain("secret").And.Not.Contain("   at "));
    }

    [TestCase("Bus__Delays__0", "soon")]
    [TestCase("Bus__Delays__0", "-00:00:10")]
    [TestCase("Bus__Url", "amqp://guest:secret@:x/")]
    public async Task Bad_settings_end_with_2_and_a_sentence(string name, string value)
    {
        await using var process = StartProcess(new() { ["Bus__Url"] = "amqp://127.0.0.1:1/", [name] = value }, "topology", "check");

        Assert.That(await process.Exited, Is.EqualTo(2), process.Output.ToString());
        Assert.That(process.Output.ToString(), Does.Contain("Bus:").And.Not.Contain("secret").And.Not.Contain("   at "));
    }

    [TestCase("dead-letters", "list")]
    [TestCase("topology", "check")]
    [TestCase("status")]
    public async Task An_unreachable_broker_ends_with_3_and_a_sentence_that_names_it(params string[] arguments)
    {
        await using var process = StartProcess(new() { ["Bus__Url"] = "amqp://guest:secret@127.0.0.1:1/" }, arguments);

        Assert.That(await process.Exited, Is.EqualTo(3));
        Assert.That(process.Output.ToString(), Does.Match("^operator: RabbitMQ at amqp://127.0.0.1:1/ cannot be used: .+$"));
    }

    [Test]
    public async Task A_wrong_password_ends_with_3()
    {
        await using var rig = await StartAsync();
        var url = new UriBuilder(rig.Bus) { Password = "wrong" }.Uri.OriginalString;

        var listed = await RunWithoutPlacesAsync("dead-letters", "list", "--bus", url);

        Assert.That(listed.ExitCode, Is.EqualTo(3));
        Assert.That(listed.Error, Does.Contain("ACCESS_REFUSED").And.Not.Contain("wrong"));
    }

    [Test]
    public async Task Killed_during_a_list_it_loses_nothing()
    {
        await using var rig = await StartAsync();
        await rig.AddDeadLettersAsync(2_000);

        await using var process = StartProcess([], ["dead-letters", "list", "--limit", "2000", .. rig.Places]);
        var holds = await Eventually.IsAsync(async () => await rig.ReadyAsync(Queues.Error) is > 0 and < 2_000);
        await process.KillAsync();

        Assert.That(holds, Is.True, process.Output.ToString());
        Assert.That(await Eventually.IsAsync(async () => await rig.ReadyAsync(Queues.Error) == 2_000), Is.True);
    }

    [Test]
    public async Task Killed_during_a_replay_it_loses_nothing_and_the_next_replay_does_the_rest()
    {
        await using var rig = await StartAsync();
        for (var number = 0; number < 30; number++)
        {
            await rig.FailAsync($"d{number}");
        }

        await using var process = StartProcess([], ["dead-letters", "replay", "--all", "--rate", "20", .. rig.Places]);
        var begun = await Eventually.IsAsync(() => rig.Gateway.WritesOf("d3") == 3);
        await process.KillAsync();
        var left = await Eventually.IsAsync(async () => await rig.ReadyAsync(Queues.Error) is > 0 and < 30);
        var rest = await Eventually.IsAsync(async () => await rig.RunAsync("dead-letters", "replay", "--all") is { ExitCode: 0 } && await rig.ReadyAsync(Queues.Error) == 0);

        Assert.That((begun, left, rest), Is.EqualTo((true, true, true)), process.Output.ToString());
        Assert.That(Enumerable.Range(0, 30).Select(number => rig.Gateway.WritesOf($"d{number}")), Is.All.EqualTo(3));
    }

    [Test]
    public async Task Interrupted_it_ends_with_130_and_loses_nothing()
    {
        await using var rig = await StartAsync();
        await rig.FailAsync("luke");
        await rig.FailAsync("leia");

        await using var process = StartProcess([], ["dead-letters", "replay", "--all", "--rate", "0.01", .. rig.Places]);
        await Eventually.IsAsync(() => rig.Gateway.WritesOf("luke") == 3);
        var exitCode = await process.TerminateAsync(TimeSpan.FromSeconds(20));

        Assert.That(exitCode, Is.EqualTo(130), process.Output.ToString());
        // Interrupted between the write and the acknowledgement, the first one is still there, too.
        Assert.That(await Eventually.IsAsync(async () => await rig.ReadyAsync(Queues.Error) is 1 or 2), Is.True);
        Assert.That(rig.Gateway.WritesOf("leia"), Is.EqualTo(2));
    }
}
