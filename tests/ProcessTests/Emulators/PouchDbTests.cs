using System.Diagnostics;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Emulators;

/// <summary>PouchDB as a real client, in Node.</summary>
[Category("node")]
public sealed class PouchDbTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "ProcessTests", "Emulators", "pouchdb");

    [OneTimeSetUp]
    public async Task Install()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "pouchdb-core")))
        {
            await RunAsync(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund"], TimeSpan.FromMinutes(5));
        }
    }

    [TestCase("push")]
    [TestCase("pull")]
    [TestCase("live")]
    [TestCase("conflicts")]
    [TestCase("attachments")]
    [TestCase("many")]
    [TestCase("offline")]
    public async Task PouchDB_replicates(string scenario)
    {
        await using var emulated = await Emulated.StartAsync();

        await RunAsync("node", ["scenarios.mjs", new Uri(emulated.Gateway.PublicUrl, "db").ToString(), scenario, emulated.Gateway.ControlUrl!.ToString()], TimeSpan.FromMinutes(1));
    }

    [TestCase("compaction")]
    [TestCase("modification")]
    [TestCase("deletion")]
    [TestCase("withoutRevision")]
    [TestCase("conflictsMember")]
    [TestCase("someRefused")]
    [TestCase("allRefused")]
    [TestCase("targetFails")]
    [TestCase("manyConflicts")]
    [TestCase("staggeredRevisions")]
    public async Task PouchDB_writes_revisions_that_were_made_elsewhere(string scenario)
    {
        await using var emulated = await Emulated.StartAsync();

        await RunAsync("node", ["edits.mjs", new Uri(emulated.Gateway.AdminUrl, "edits").ToString(), scenario], TimeSpan.FromMinutes(1));
    }

    private static async Task RunAsync(string program, IEnumerable<string> arguments, TimeSpan time)
    {
        using var process = Begin(program, arguments);
        using var deadline = new CancellationTokenSource(time);
        var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} took longer than {time}: {string.Join('\n', await output)}");
        }

        Assert.That(process.ExitCode, Is.Zero, string.Join('\n', await output));
    }

    private static Process Begin(string program, IEnumerable<string> arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = Folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new AssertionException($"{program} could not be started ({error.Message}): install Node.js 20 or newer, which brings npm.", error);
        }
    }
}
