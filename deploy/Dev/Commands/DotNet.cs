namespace Dev.Commands;

/// <summary>The SDK this runs on.</summary>
internal static class DotNet
{
    /// <summary>Runs an SDK command in the repository's folder, in the foreground, and gives its exit code.</summary>
    public static Task<int> Run(IEnumerable<string> arguments, CancellationToken cancelled) => ChildProcess.Run(Sdk(arguments), cancelled);

    /// <summary>Runs tests in the repository's folder, in the foreground, with variables added, and gives the exit code.</summary>
    public static Task<int> Test(IEnumerable<string> arguments, Dictionary<string, string?> environment, CancellationToken cancelled) => ChildProcess.Run(
        Sdk(["test", .. arguments]) with
        {
            Environment = environment,
            // By itself, dotnet test leaves the process behind that runs the tests.
            EndsWithDescendants = true,
        },
        cancelled);

    /// <summary>Builds a project, showing the progress.</summary>
    /// <exception cref="InvalidOperationException">It does not build.</exception>
    public static async Task Build(string project, CancellationToken cancelled)
    {
        if (await Run(["build", project, "--nologo", "-v", "minimal"], cancelled) != 0)
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
