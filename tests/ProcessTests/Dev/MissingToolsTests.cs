using System.Runtime.Versioning;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

/// <summary><c>./dev screenshots</c> on machines without the tools that build the page.</summary>
public sealed class MissingToolsTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("tools-").FullName;

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Without_Node_the_error_names_it_and_says_where_to_get_it() =>
        Assert.That(
            await RunScreenshotsAsync(new() { ["PATH"] = Path.Combine(folder, "nothing") }),
            Does.Contain("it needs Node.js 20.19 or newer, and none was found").And.Contain("https://nodejs.org"));

    [Test]
    [UnsupportedOSPlatform("windows")]
    public async Task With_a_Node_that_is_too_old_the_error_names_its_version()
    {
        var node = Path.Combine(folder, "node");
        await File.WriteAllTextAsync(node, "#!/bin/sh\necho v18.20.4\n");
        File.SetUnixFileMode(node, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.That(
            await RunScreenshotsAsync(new() { ["PATH"] = folder }),
            Does.Contain("it needs Node.js 20.19 or newer, and found 18.20.4"));
    }

    private static async Task<string> RunScreenshotsAsync(Dictionary<string, string?> environment)
    {
        await using var dev = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "dev",
            Program = Repository.DotNet,
            Arguments = ["exec", Repository.Program("Dev"), "screenshots"],
            Environment = environment,
        });
        Assert.That(await dev.Exited, Is.EqualTo(1));
        return dev.Output.ToString();
    }
}
