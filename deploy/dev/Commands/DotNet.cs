namespace OfflineActions.Dev.Commands;

/// <summary>The SDK this runs on.</summary>
internal static class DotNet
{
    /// <summary>Runs an SDK command in the repository's folder, in the foreground, and gives its exit code.</summary>
    public static Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) => ChildProcess.RunAsync(Sdk(arguments), cancellationToken);

    /// <summary>Runs tests in the repository's folder, in the foreground, with variables added, and gives the exit code.</summary>
    public static Task<int> TestAsync(IEnumerable<string> arguments, Dictionary<string, string?> environment, CancellationToken cancellationToken) => ChildProcess.RunAsync(
        Sdk(["test", .. arguments]) with
        {
            Environment = environment,
            // By itself, dotnet test leaves the process behind that runs the tests.
            EndsWithDescendants = true,
        },
        cancellationToken);

    /// <summary>Builds a project, showing the progress.</summary>
    /// <exception cref="InvalidOperationException">It does not build.</exception>
    public static async Task BuildAsync(string project, CancellationToken cancellationToken)
    {
        if (await RunAsync(["build", project, "--nologo", "-v", "minimal"], cancellationToken) != 0)
        {
            throw new InvalidOperationException($"{project} does not build.");
        }
    }

    private static ChildProcessOptions Sdk(IEnumerable<string> arguments) => new()
    {
        Name = "dotnet",
        Program = Repository.DotNet,
        Arguments = [.. arguments],
        WorkingDirectory = Repository.Root,
    };
}
