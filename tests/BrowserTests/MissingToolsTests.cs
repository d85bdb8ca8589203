using System.Runtime.Versioning;
using OfflineActions.Dev;

namespace OfflineActions.Tests.WebClient;

/// <summary>Machines without what the page is built and tested with.</summary>
public sealed class MissingToolsTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("tools-").FullName;

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Without_Node_it_says_what_is_missing_and_where_to_get_it() =>
        Assert.That(
            await ScreenshotsAsync(new() { ["PATH"] = Path.Combine(folder, "nothing") }),
            Does.Contain("it needs Node.js 20.19 or newer, and there is none").And.Contain("https://nodejs.org"));

    [Test]
    [UnsupportedOSPlatform("windows")]
    public async Task With_a_Node_that_is_too_old_it_says_which_one_it_found()
    {
        var node = Path.Combine(folder, "node");
        await File.WriteAllTextAsync(node, "#!/bin/sh\necho v18.20.4\n");
        File.SetUnixFileMode(node, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.That(
            await ScreenshotsAsync(new() { ["PATH"] = folder }),
            Does.Contain("it needs Node.js 20.19 or newer, and this is 18.20.4"));
    }

    [Test]
    [Category("Browser")]
    public async Task Without_the_browser_that_was_named_it_says_which_one_that_was() =>
        Assert.That(
            await ScreenshotsAsync(new() { ["CHROMIUM"] = "/no/such/browser" }),
            Does.Contain("no browser where CHROMIUM says, at /no/such/browser"));

    private static async Task<string> ScreenshotsAsync(Dictionary<string, string?> environment)
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
