namespace OfflineActions.Dev;

/// <summary>The web client's page, which npm builds from TypeScript.</summary>
public static class WebPage
{
    private static readonly Version OldestNode = new(20, 19);

    /// <summary>The folder of its sources.</summary>
    public static string Source { get; } = Path.Combine(Repository.Root, "services", "WebClient", "page");

    /// <summary>The folder that npm builds it into.</summary>
    public static string Target { get; } = Path.Combine(Repository.Root, "artifacts", "webclient");

    /// <summary>Builds it if a source is newer than the last build.</summary>
    /// <returns>Null when it is built; else an error message for the user.</returns>
    public static async Task<string?> BuildAsync(CancellationToken cancellationToken = default)
    {
        if (await CheckNodeAsync(cancellationToken) is { } missing)
        {
            return missing;
        }

        var built = GetWriteTime(Path.Combine(Target, "index.html"));
        if (GetNewestWriteTime(Source) < built)
        {
            return null;
        }

        var modules = GetWriteTime(Path.Combine(Source, "node_modules", ".package-lock.json"));
        if (modules < GetWriteTime(Path.Combine(Source, "package-lock.json")))
        {
            await Console.Error.WriteLineAsync("dev: downloading what the page is built with (npm ci). The first time this may take some minutes ...");
            if (await NpmAsync(cancellationToken, "ci", "--no-audit", "--no-fund") != 0)
            {
                return "The page was not built: 'npm ci' failed, its error is above.";
            }
        }

        return await NpmAsync(cancellationToken, "run", "build") == 0
            ? null
            : "The page was not built: 'npm run build' failed, its error is above.";
    }

    /// <summary>Runs npm in the page's folder, in the foreground, and returns its exit code.</summary>
    public static Task<int> NpmAsync(CancellationToken cancellationToken, params string[] arguments) => ChildProcess.RunAsync(
        new ChildProcessOptions
        {
            Name = "npm",
            Program = OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
            Arguments = arguments,
            WorkingDirectory = Source,
        },
        cancellationToken);

    private static async Task<string?> CheckNodeAsync(CancellationToken cancellationToken)
    {
        const string Remedy = "Install it from https://nodejs.org/en/download; everything but the page works without it.";
        var found = await ReadNodeVersionAsync(cancellationToken);
        return found is null ? $"The page was not built: it needs Node.js {OldestNode} or newer, and none was found. {Remedy}"
            : found < OldestNode ? $"The page was not built: it needs Node.js {OldestNode} or newer, and found {found}. {Remedy}"
            : null;
    }

    private static async Task<Version?> ReadNodeVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var node = ChildProcess.Start(
                new ChildProcessOptions { Name = "node", Program = "node", Arguments = ["--version"] });
            await node.Exited.WaitAsync(cancellationToken);
            return Version.TryParse(node.Output.ToString().Trim().TrimStart('v').Split('-')[0], out var version) ? version : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static DateTime GetNewestWriteTime(string folder) => Directory.EnumerateFileSystemEntries(folder)
        .Where(entry => Path.GetFileName(entry) is not "node_modules")
        .Select(entry => Directory.Exists(entry) ? GetNewestWriteTime(entry) : GetWriteTime(entry))
        .DefaultIfEmpty(DateTime.MinValue)
        .Max();

    // For a missing file .NET returns the year 1601, which is older than any other file.
    private static DateTime GetWriteTime(string file) => File.GetLastWriteTimeUtc(file);
}
