namespace OfflineActions.Dev.Commands;

/// <summary>Runs the .NET SDK in the repository's folder, in the foreground.</summary>
internal static class DotNet
{
    /// <summary>Runs an SDK command and returns its exit code.</summary>
    public static Task<int> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(CreateOptions(arguments), cancellationToken);

    /// <summary>Runs tests with environment variables added, and returns the exit code.</summary>
    /// <param name="arguments">What follows <c>dotnet test</c>.</param>
    /// <param name="environment">Variables added; the value null removes one.</param>
    /// <param name="cancellationToken">Kills the tests.</param>
    /// <param name="onLine">Called with each line of the output; null leaves the terminal to the tests.</param>
    public static Task<int> TestAsync(
        IEnumerable<string> arguments,
        Dictionary<string, string?> environment,
        CancellationToken cancellationToken,
        Action<string>? onLine = null) =>
        ChildProcess.RunAsync(
            CreateOptions(["test", .. arguments]) with
            {
                Environment = environment,
                // When it is stopped, dotnet test leaves the process that runs the tests behind.
                EndsWithDescendants = true,
                OnLine = onLine,
            },
            cancellationToken);

    /// <summary>Builds a project or a solution.</summary>
    /// <exception cref="InvalidOperationException">The build failed; the compiler's errors are on the terminal.</exception>
    public static async Task BuildAsync(string project, IEnumerable<string> options, CancellationToken cancellationToken)
    {
        if (await RunAsync(["build", project, "-v", "minimal", .. options], cancellationToken) != 0)
        {
            throw new InvalidOperationException($"The build of {project} failed.");
        }
    }

    /// <summary>Builds every service and emulator that the commands start as processes.</summary>
    /// <param name="cancellationToken">Stops the build.</param>
    /// <param name="configuration">Debug or Release.</param>
    /// <exception cref="InvalidOperationException">The build failed; the compiler's errors are on the terminal.</exception>
    public static Task BuildServicesAsync(CancellationToken cancellationToken, string configuration = "Debug") =>
        BuildAsync("services/Development/DevHost", ["--nologo", "--configuration", configuration], cancellationToken);

    private static ChildProcessOptions CreateOptions(IEnumerable<string> arguments) => new()
    {
        Name = "dotnet",
        Program = Repository.DotNet,
        Arguments = [.. arguments],
        WorkingDirectory = Repository.Root,
    };
}
