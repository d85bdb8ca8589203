using System.CommandLine;
using OfflineActions.Dev.Testing;

namespace OfflineActions.Dev.Commands;

/// <summary>
/// <c>./dev upgrade</c>: builds an older commit beside this one, and runs gateways and workers of both together, in both directions.
/// </summary>
internal sealed class UpgradeCommand : Command
{
    private readonly Argument<string> from = new("from") { Description = "The commit or tag of the older version" };

    public UpgradeCommand()
        : base("upgrade", "Run gateways and workers of an older commit and of this one together")
    {
        Add(from);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        await TestBroker.PrepareAsync(cancellationToken);
        var checkout = Path.Combine(Repository.Root, "artifacts", "upgrade-from");
        if (!Directory.Exists(checkout))
        {
            await GitAsync(["worktree", "add", "--detach", checkout, "HEAD"], cancellationToken);
        }

        await GitAsync(["-C", checkout, "checkout", "--quiet", "--detach", parseResult.GetValue(from)!], cancellationToken);
        await DotNet.BuildAsync(Path.Combine(checkout, "services", "Development", "DevHost"), ["--nologo"], cancellationToken);
        return await DotNet.TestAsync(
            ["tests/BrokerTests", "--nologo", "--tl:off", "--logger", "console;verbosity=normal", "--filter", "TestCategory=Upgrade"],
            new() { ["UPGRADE_FROM"] = checkout },
            cancellationToken);
    }

    private static async Task GitAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var exitCode = await ChildProcess.RunAsync(
            new ChildProcessOptions { Name = "git", Program = "git", Arguments = arguments, WorkingDirectory = Repository.Root }, cancellationToken);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"git {string.Join(' ', arguments)} failed.");
        }
    }
}
