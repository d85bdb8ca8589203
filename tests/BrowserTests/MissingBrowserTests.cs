using OfflineActions.Dev;

namespace OfflineActions.Tests.WebClient;

[Category("Browser")]
public sealed class MissingBrowserTests
{
    [Test]
    public async Task If_CHROMIUM_names_a_file_that_does_not_exist_the_error_names_that_file()
    {
        await using var dev = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "dev",
            Program = Repository.DotNet,
            Arguments = ["exec", Repository.Program("Dev"), "screenshots"],
            Environment = new Dictionary<string, string?> { ["CHROMIUM"] = "/no/such/browser" },
        });

        Assert.That(await dev.Exited, Is.EqualTo(1));
        Assert.That(dev.Output.ToString(), Does.Contain("CHROMIUM names /no/such/browser, which does not exist"));
    }
}
