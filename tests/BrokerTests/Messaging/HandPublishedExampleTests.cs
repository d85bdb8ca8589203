using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Messaging;

/// <summary>The examples in contracts/README.md that publish a message by hand.</summary>
[Category("Broker")]
public sealed partial class HandPublishedExampleTests
{
    /// <summary>Debian's, which sees Debian's packages, before any other.</summary>
    private static readonly string Python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    private PipelineSystem system = null!;

    [SetUp]
    public async Task Start()
    {
        system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "01:00:00" },
        });
        system.SyncGateway.Faults.DropWebhooks = true;
        await system.Database.PutAsync("hello", """{"action":"person_request"}""");
    }

    [TearDown]
    public async Task Stop() => await system.DisposeAsync();

    [Test]
    public async Task The_curl_command_publishes_a_request()
    {
        await IgnoreUnlessAsync("curl is not installed", "curl", "--version");
        var management = system.Broker.Url;
        await RunAsync("/bin/sh", "-c", Example("sh")
            .Replace("http://127.0.0.1:15672/api/exchanges/%2F", $"{management}exchanges/{system.BrokerUrl.AbsolutePath[1..]}", StringComparison.Ordinal)
            .Replace("guest:guest", system.BrokerUrl.UserInfo, StringComparison.Ordinal));

        await system.UntilStateAsync("hello", "person_success");
    }

    [Test]
    public async Task The_Python_program_publishes_a_request()
    {
        await IgnoreUnlessAsync("the Python library pika is not installed", Python, "-c", "import pika");
        await RunAsync(Python, "-c", Example("python")
            .Replace("amqp://guest:guest@127.0.0.1:5672/", system.BrokerUrl.AbsoluteUri, StringComparison.Ordinal));

        await system.UntilStateAsync("hello", "person_success");
    }

    private static string Example(string language)
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "contracts", "README.md")).ReplaceLineEndings("\n");
        return Block().Matches(readme).Single(block => block.Groups["language"].Value == language).Groups["code"].Value;
    }

    private static async Task IgnoreUnlessAsync(string missing, string program, params string[] arguments)
    {
        try
        {
            if (await StartAsync(program, arguments) is (0, _))
            {
                return;
            }
        }
        catch (InvalidOperationException)
        {
            // Windows cannot start what is not there; elsewhere a shell says so by its exit code.
        }

        Assert.Ignore(missing);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output) = await StartAsync(program, arguments);
        Assert.That(exitCode, Is.Zero, output);
    }

    private static async Task<(int ExitCode, string Output)> StartAsync(string program, string[] arguments)
    {
        await using var process = ChildProcess.Start(new ChildProcessOptions { Name = program, Program = program, Arguments = arguments });
        return (await process.Exited.WaitAsync(TimeSpan.FromSeconds(60)), process.Output.ToString());
    }

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
