namespace OfflineActions.Dev.Testing;

/// <summary>What the examples in other languages need, which tests run.</summary>
internal static class TestExamples
{
    private static readonly string[] Packages = ["curl", "python3-pika"];

    /// <summary>Installs it where it is missing and that is possible. Elsewhere those tests are ignored, and say so.</summary>
    public static async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux()
            && DebianPackage.CanBeInstalled
            && !(await RunsAsync("curl", "--version") && await RunsAsync("/usr/bin/python3", "-c", "import pika")))
        {
            try
            {
                await DebianPackage.InstallAsync(Packages, cancellationToken);
            }
            catch (InvalidOperationException error)
            {
                Console.WriteLine($"The tests of examples are ignored: {error.Message}");
            }
        }
    }

    private static async Task<bool> RunsAsync(string program, params string[] arguments)
    {
        await using var process = ChildProcess.Start(new ChildProcessOptions { Name = program, Program = program, Arguments = arguments });
        return await process.Exited == 0;
    }
}
