using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed class ChildProcessTests
{
    [Test]
    public async Task A_program_can_be_killed_together_with_its_descendants()
    {
        await using var shell = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "shell",
            Program = "/bin/sh",
            Arguments = ["-c", "(sleep 600; true) & echo started; wait"],
            EndsWithDescendants = true,
        });
        Assert.That(await Eventually.IsAsync(() => shell.Output.ToString() == "started"), Is.True);

        // Exited completes at the end of the output, which the descendant keeps open as long as it runs.
        Assert.That(await shell.TerminateAsync(TimeSpan.FromSeconds(20)), Is.EqualTo(128 + 9));
    }
}
