using OfflineActions.Dev;
using OfflineActions.Dev.Testing;

namespace OfflineActions.Tests.Monitoring;

/// <summary>promtool, which checks and tests the files of Prometheus.</summary>
internal static class Promtool
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "deploy", "observability", "prometheus");

    public static PrometheusInstallation Installed => PrometheusInstallation.Find()
        ?? throw new InvalidOperationException(
            "prometheus and promtool are not in PATH: ./dev test monitoring installs them on Debian and Ubuntu.");

    /// <summary>Runs it, and fails the test with its output unless it succeeds.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        await using var tool = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "promtool",
            Program = Installed.Tool,
            Arguments = arguments,
            WorkingDirectory = Folder,
        });
        var exitCode = await tool.Exited;
        Assert.That(exitCode, Is.Zero, () => tool.Output.ToString());
        return tool.Output.ToString();
    }
}
