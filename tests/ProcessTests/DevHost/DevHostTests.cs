using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Tests.Configuration;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.DevHost;

/// <summary>DevHost: the whole system in one process.</summary>
public sealed partial class DevHostTests
{
    [Test]
    public async Task Once_prints_the_document_before_and_after_and_exits_with_0()
    {
        var started = await RunAsync("--once", "--ports", "auto");

        Assert.That(started.ExitCode, Is.Zero, started.Output + started.Errors);
        Assert.That(
            started.Output,
            Does.Match("(?s)The app writes:.*\"action\": \"person_request\".*ms later:.*\"action\": \"person_success\".*\"name\": "));
        Assert.That(started.Output, Does.Match("\"traceparent\": \"00-[0-9a-f]{32}-[0-9a-f]{16}-01\""));
        Assert.That(started.Errors, Is.Empty);
    }

    [Test]
    public async Task Ports_in_use_are_reported_together_each_with_the_option_that_changes_it()
    {
        using var first = ListenOnFreePort();
        using var second = ListenOnFreePort();

        var started = await RunAsync(
            ["--sync-gateway-port", $"{Port(first)}", "--gateway-port", $"{Port(second)}", "--sync-gateway-admin-port", "0", "--swapi-port", "0", "--web-client-port", "0", "--operator-port", "0"]);

        Assert.That(started.ExitCode, Is.EqualTo(1));
        Assert.That(started.Lines, Has.Exactly(1).Contains($"127.0.0.1:{Port(first)}").And.Exactly(1).Contains("--sync-gateway-port PORT"));
        Assert.That(started.Lines, Has.Exactly(1).Contains($"127.0.0.1:{Port(second)}").And.Exactly(1).Contains("--gateway-port PORT"));
        Assert.That(started.Lines, Has.Count.EqualTo(4).And.Exactly(1).Contains("--ports auto"));
        Assert.That(started.HasStackTrace, Is.False);
    }

    [Test]
    public async Task Help_names_every_option()
    {
        var started = await RunAsync("--help");

        Assert.That(started.ExitCode, Is.Zero);
        string[] options = ["--once", "--ports", "--sync-gateway-port", "--sync-gateway-admin-port", "--gateway-port", "--swapi-port", "--web-client-port", "--operator-port"];
        foreach (var option in options)
        {
            Assert.That(started.Output, Does.Match($@"(?m)^\s+{option}\s.*\w+"));
        }
    }

    [TestCase("--onse", "--onse")]
    [TestCase("--ports=some", "some")]
    [TestCase("--gateway-port=70000", "0 (any free port) to 65535")]
    [TestCase("--gateway-port=http", "http")]
    public async Task An_invalid_option_is_named_and_nothing_starts(string option, string named)
    {
        var started = await RunAsync(option);

        Assert.That(started.ExitCode, Is.Not.Zero);
        Assert.That(started.Errors, Does.Contain(named));
        Assert.That(started.HasStackTrace, Is.False, started.Errors);
        Assert.That(started.Output, Does.Not.Contain("Offline Actions runs"));
    }

    [Test]
    public async Task It_processes_requests_until_it_gets_SIGTERM()
    {
        await using var host = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "DevHost",
            Program = Repository.DotNet,
            Arguments = ["exec", Repository.Program("DevHost"), "--ports", "auto"],
        });
        Assert.That(await Eventually.IsAsync(() => Address().IsMatch(host.Output.ToString()) || host.Exited.IsCompleted), Is.True);
        using var app = new HttpClient { BaseAddress = new Uri(Address().Match(host.Output.ToString()).Groups["url"].Value) };

        var written = await app.PutAnswerAsync("mine", """{"action":"person_request","personId":4}""");

        Assert.That(written.Status, Is.EqualTo(201), written.Text);
        Assert.That(await Eventually.IsAsync(async () => (string?)(await app.GetAnswerAsync("mine")).Json["action"] is "person_success"), Is.True, host.Output.Last(30));
        Assert.That((string?)(await app.GetAnswerAsync("mine")).Json["person"]!["name"], Is.EqualTo("Darth Vader"));
        Assert.That(await host.TerminateAsync(TimeSpan.FromSeconds(20)), Is.Zero, host.Output.Last(30));
    }

    [Test]
    public async Task It_runs_schedules()
    {
        await using var host = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "DevHost",
            Program = Repository.DotNet,
            Arguments = ["exec", Repository.Program("DevHost"), "--ports", "auto"],
            Environment = new Dictionary<string, string?>
            {
                ["Schedules__often__Cron"] = "* * * * * *",
                ["Schedules__often__TimeZone"] = "Europe/Berlin",
                ["Schedules__often__Document"] = """{"action":"person_request","personId":4}""",
            },
        });
        Assert.That(await Eventually.IsAsync(() => Address().IsMatch(host.Output.ToString()) || host.Exited.IsCompleted), Is.True);
        using var app = new HttpClient { BaseAddress = new Uri(Address().Match(host.Output.ToString()).Groups["url"].Value) };

        Assert.That(
            await Eventually.IsAsync(async () => (await ReadAsync()).Count(document => (string?)document["action"] is "person_success") >= 3),
            Is.True,
            host.Output.Last(30));

        var first = (await ReadAsync())[0];
        Assert.That((string?)first["_id"], Is.EqualTo($"schedule:often:{first["requestedAt"]}"));
        Assert.That((string?)first["person"]!["name"], Is.EqualTo("Darth Vader"));
        Assert.That((string?)first["traceparent"], Does.Match("^00-[0-9a-f]{32}-[0-9a-f]{16}-01\\z"));
        Assert.That(host.Output.ToString(), Does.Contain("Schedules that run: 1. The first one that is due is often, at "));

        async Task<JsonNode[]> ReadAsync() =>
            [.. (await app.GetAnswerAsync("_all_docs?include_docs=true")).Json["rows"]!.AsArray().Select(row => row!["doc"]!)];
    }

    private static Task<Started> RunAsync(params string[] arguments) => Started.ProgramAsync("DevHost", new Dictionary<string, string?>(), arguments);

    private static TcpListener ListenOnFreePort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    [GeneratedRegex(@"Sync Gateway\s+(?<url>http://127\.0\.0\.1:\d+/db/)")]
    private static partial Regex Address();
}
