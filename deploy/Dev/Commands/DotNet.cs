namespace Dev.Commands;

/// <summary>The SDK this runs on.</summary>
internal static class DotNet
{
    /// <summary>Runs an SDK command in the repository's folder, in the foreground, and gives its exit code.</summary>
    public static Task<int> Run(IEnumerable<string> arguments, CancellationToken cancelled) => ChildProcess.Run(
        new ChildProcessOptions
        {
            Name = "dotnet",
            Program = Repository.DotNet,
            Arguments = [.. arguments],
            WorkingDirectory = Repository.Root,
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
}
