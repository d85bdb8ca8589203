using System.Runtime.Versioning;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

/// <summary>The start of a private RabbitMQ, with a script in the place of rabbitmq-server.</summary>
[Platform("Linux,MacOsX")]
[UnsupportedOSPlatform("windows")]
public sealed class LocalRabbitMqStartTests
{
    private string folder = null!;

    private string Starts => Path.Combine(folder, "starts");

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("rabbitmq-server-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task One_that_never_becomes_ready_is_stopped_and_another_one_starts()
    {
        await using var broker = await LocalRabbitMq.StartAsync(Options(hanging: 1, TimeSpan.FromSeconds(5)));

        var started = await File.ReadAllLinesAsync(Starts);
        Assert.That(started, Has.Length.EqualTo(2));
        Assert.That(started[1], Is.EqualTo($"{broker.ProcessId} {broker.LogFile}"));
        Assert.That(Directory.Exists($"/proc/{started[0].Split(' ')[0]}"), Is.False, "the first one runs");
        Assert.That(Directory.Exists(Path.GetDirectoryName(started[0].Split(' ')[1])), Is.False, "the first one's folder");
    }

    [Test]
    public void If_neither_becomes_ready_the_message_shows_output_and_log()
    {
        Assert.That(
            async () => await LocalRabbitMq.StartAsync(Options(hanging: 2, TimeSpan.FromSeconds(3))),
            Throws.TypeOf<TimeoutException>()
                .With.Message.Contains("RabbitMQ was not ready within 3 s.").And.Message.Contains("a line of the output of start 2")
                .And.Message.Contains("a line of the log of start 2"));
    }

    private LocalRabbitMqOptions Options(int hanging, TimeSpan timeout)
    {
        var server = Path.Combine(folder, "rabbitmq-server");
        File.WriteAllText(server, $"""
            #!/bin/sh
            echo "$$ $RABBITMQ_LOGS" >> {Starts}
            number=$(wc -l < {Starts})
            echo "a line of the output of start $number"
            echo "a line of the log of start $number" > "$RABBITMQ_LOGS"
            [ "$number" -le {hanging} ] || touch {folder}/ready
            exec sleep 600
            """);
        File.SetUnixFileMode(server, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new LocalRabbitMqOptions
        {
            Installation = new RabbitMqInstallation(server),
            PortMapperPort = FreePorts.Take(),
            ReadyTimeout = timeout,
            IsReady = _ => Task.FromResult(File.Exists(Path.Combine(folder, "ready"))),
        };
    }
}
