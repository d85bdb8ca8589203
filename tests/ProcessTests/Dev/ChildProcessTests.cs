using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed class ChildProcessTests
{
    [Test]
    public async Task A_program_that_leaves_others_behind_can_be_ended_together_with_them()
    {
        await using var shell = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "shell",
            Program = "/bin/sh",
            Arguments = ["-c", "(sleep 600; true) & echo started; wait"],
            EndsWithDescendants = true,
        });
        Assert.That(await Eventually.IsAsync(() => shell.Output.ToString() == "started"), Is.True);

        // It has ended when all its output is read: its end of the pipe is also that of what it has started.
        Assert.That(await shell.TerminateAsync(TimeSpan.FromSeconds(20)), Is.EqualTo(128 + 9));
    }
}
