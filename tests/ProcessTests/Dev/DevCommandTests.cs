using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed class DevCommandTests
{
    [TestCase]
    [TestCase("--help")]
    public async Task Help_lists_every_command_with_its_description(params string[] arguments)
    {
        var (exitCode, output) = await RunDevAsync(arguments);

        Assert.That(exitCode, Is.Zero);
        Assert.That(output, Does.Match(@"(?m)^\s+run\s+\w+ ").And.Match(@"(?m)^\s+test\s+\w+ "));
    }

    [Test]
    public async Task An_unknown_command_exits_with_2_and_the_nearest_command_is_suggested()
    {
        var (exitCode, output) = await RunDevAsync("tset");

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(output, Does.Contain("'tset'").And.Match("(?m)^test$"));
    }

    [TestCase("run", "--workers", "3")]
    [TestCase("run", "--rabbitmq", "--workers", "0")]
    [TestCase("run", "--rabbitmq", "--ports", "some")]
    [TestCase("run", "--rabbitmq", "--no-such-option")]
    [TestCase("test", "no-such-kind")]
    [TestCase("chaos", "--rounds", "0")]
    public async Task Invalid_arguments_exit_with_2_and_start_nothing(params string[] arguments)
    {
        var (exitCode, output) = await RunDevAsync(arguments);

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(output, Is.Not.Empty.And.Not.Contain("Starting"));
    }

    private static async Task<(int ExitCode, string Output)> RunDevAsync(params string[] arguments)
    {
        await using var dev = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "dev",
            Program = Repository.DotNet,
            Arguments = ["exec", Repository.Program("Dev"), .. arguments],
        });
        return (await dev.Exited, dev.Output.ToString());
    }
}
