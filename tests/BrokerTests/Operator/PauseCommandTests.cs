using System.Text;
using OfflineActions.Contracts;
using OfflineActions.Tests.Dev;
using RabbitMQ.Client;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

/// <summary>The commands that pause and resume an action, and what they say.</summary>
[Category("Broker")]
public sealed class PauseCommandTests
{
    private OperatorRig rig = null!;

    [SetUp]
    public async Task Start() => rig = await StartAsync();

    [TearDown]
    public async Task Stop() => await rig.DisposeAsync();

    [Test]
    public async Task A_pause_is_one_persistent_message_that_says_who_since_when_and_why()
    {
        var before = DateTimeOffset.UtcNow;
        var paused = await rig.RunAsync("pause", "person", "--reason", "SWAPI is being moved", "--by", "anna", "--json");

        Assert.That(paused.ExitCode, Is.Zero, paused.Error);
        var row = paused.Rows.Single();
        Assert.That(
            ((string?)row["action"], (bool?)row["paused"], (string?)row["by"], (string?)row["reason"], (bool?)row["changed"]),
            Is.EqualTo(("person", true, "anna", "SWAPI is being moved", true)));
        Assert.That((DateTimeOffset)row["since"]!, Is.EqualTo(before).Within(TimeSpan.FromSeconds(10)));
        var message = (await rig.Channel.BasicGetAsync(Queues.Paused, autoAck: true))!;
        Assert.That((message.MessageCount, message.BasicProperties.Persistent), Is.EqualTo((0u, true)));
        Assert.That(ActionPause.Read(message.Body), Is.EqualTo(new ActionPause("anna", (DateTimeOffset)row["since"]!, "SWAPI is being moved")));
    }

    [Test]
    public async Task To_pause_a_paused_action_changes_nothing_and_says_who_paused_it()
    {
        await rig.RunAsync("pause", "person", "--reason", "first", "--by", "anna");

        var again = await rig.RunAsync("pause", "person", "--reason", "second", "--by", "lena");

        Assert.That((again.ExitCode, again.Output), Is.EqualTo((0, again.Output)));
        Assert.That(again.Output, Does.Match("^person is paused already, since .* UTC by anna: first. Nothing was changed.\\s+$"));
        // Who reads a message gives it back a moment later.
        Assert.That(await Eventually.IsAsync(async () => await rig.ReadyAsync(Queues.Paused) == 1), Is.True);
    }

    [Test]
    public async Task A_resume_says_what_has_ended_and_the_next_one_that_nothing_is_paused()
    {
        await rig.RunAsync("pause", "person", "--reason", "moved", "--by", "anna");

        var resumed = await rig.RunAsync("resume", "person");
        var again = await rig.RunAsync("resume", "person", "--json");

        Assert.That((resumed.ExitCode, again.ExitCode), Is.EqualTo((0, 0)));
        Assert.That(resumed.Output, Does.Match("^person is resumed. It was paused since .* UTC by anna: moved.\\s+$"));
        Assert.That(again.Rows.Single().ToJsonString(), Is.EqualTo("""{"action":"person","paused":false,"since":null,"by":null,"reason":null,"changed":false}"""));
        Assert.That(await rig.ReadyAsync(Queues.Paused), Is.Zero);
    }

    [Test]
    public async Task The_status_shows_a_pause_and_a_hostile_text_is_escaped()
    {
        const string Hostile = "\u001b[31mred\u202e \"><script>";
        await rig.RunAsync("pause", "person", "--reason", Hostile, "--by", "a\nb");

        var status = await rig.RunAsync("status");
        var json = await rig.RunAsync("status", "--json");
        await rig.RunAsync("resume", "person");
        var resumed = await rig.RunAsync("status");

        Assert.That(status.Output, Does.Match("(?m)^PAUSED ACTION +SINCE +BY +REASON").And.Match(@"(?m)^person +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +a\\u000Ab +\\u001B\[31mred\\u202E ""><script>"));
        Assert.That(status.Output, Does.Not.Contain("\u001b").And.Not.Contain("\u202e"));
        Assert.That(json.Rows.Select(row => (string?)row["reason"]), Has.Some.EqualTo(Hostile));
        Assert.That(resumed.Output, Does.Not.Contain("PAUSED"));
    }

    [TestCase("", "unknown")]
    [TestCase("please stop", "unknown")]
    [TestCase("""{"by":"anna"}""", "anna")]
    public async Task What_a_message_published_by_hand_does_not_say_is_unknown(string body, string by)
    {
        await rig.Channel.BasicPublishAsync("", Queues.Paused, mandatory: true, new BasicProperties(), Encoding.UTF8.GetBytes(body));

        var status = await rig.RunAsync("status");

        Assert.That(status.Output, Does.Match($"(?m)^person +unknown +{by} +unknown"));
    }

    [TestCase("pause")]
    [TestCase("pause", "person")]
    [TestCase("pause", "echo", "--reason", "x")]
    [TestCase("pause", "person", "--reason", "")]
    [TestCase("pause", "person", "--reason", "  ")]
    [TestCase("resume")]
    [TestCase("resume", "echo")]
    [TestCase("resume", "person", "--reason", "x")]
    public async Task Wrong_arguments_end_with_2_and_change_nothing(params string[] arguments)
    {
        var answer = await rig.RunAsync(arguments);

        Assert.That(answer.ExitCode, Is.EqualTo(2), answer.Output);
        Assert.That(answer.Error, Is.Not.Empty);
        Assert.That(await rig.ReadyAsync(Queues.Paused), Is.Zero);
    }

    [TestCase(200, 0)]
    [TestCase(201, 2)]
    public async Task A_reason_has_at_most_200_characters(int length, int exitCode)
    {
        var answer = await rig.RunAsync("pause", "person", "--reason", new string('x', length));

        Assert.That(answer.ExitCode, Is.EqualTo(exitCode), answer.Error);
        Assert.That(await rig.ReadyAsync(Queues.Paused), Is.EqualTo(exitCode == 0 ? 1 : 0));
    }

    [Test]
    public async Task Without_the_queue_or_a_broker_it_ends_with_3()
    {
        await rig.Management.DeleteQueueAsync(Queues.Paused);

        var missing = await rig.RunAsync("pause", "person", "--reason", "x");
        var nothing = await rig.RunAsync("resume", "person");
        var away = await RunWithoutPlacesAsync("pause", "person", "--reason", "x", "--bus", "amqp://127.0.0.1:1/");

        Assert.That((missing.ExitCode, nothing.ExitCode, away.ExitCode), Is.EqualTo((3, 0, 3)));
        Assert.That(missing.Error, Does.Contain("RabbitMQ has no queue person-requested_paused"));
    }

    [TestCase("pause", "person", "--reason", "x")]
    [TestCase("resume", "person")]
    public async Task With_the_in_memory_transport_it_says_that_there_is_no_pause(params string[] arguments)
    {
        await using var process = StartProcess(new Dictionary<string, string?> { ["Bus__Transport"] = "InMemory" }, arguments);

        Assert.That(await process.Exited, Is.EqualTo(2));
        Assert.That(process.Output.ToString(), Does.Contain("Actions can be paused only with RabbitMQ"));
    }

    [Test]
    public async Task The_topology_check_knows_the_queue()
    {
        await rig.Management.DeleteQueueAsync(Queues.Paused);
        await rig.Management.DeclareClassicQueueAsync(Queues.Paused);

        var check = await rig.RunAsync("topology", "check", "--json");

        Assert.That(check.ExitCode, Is.EqualTo(1));
        Assert.That(check.Rows.Select(row => (string?)row["queue"]), Has.All.EqualTo(Queues.Paused));
    }
}
