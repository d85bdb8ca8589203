namespace OfflineActions.Dev;

/// <summary>The web client's page, which npm builds from TypeScript.</summary>
public static class WebPage
{
    private static readonly Version OldestNode = new(20, 19);

    /// <summary>Its sources.</summary>
    public static string Source { get; } = Path.Combine(Repository.Root, "services", "WebClient", "page");

    /// <summary>Where it is built to, and served from.</summary>
    public static string Target { get; } = Path.Combine(Repository.Root, "artifacts", "webclient");

    /// <summary>Builds it, if a source is newer than the last build.</summary>
    /// <returns>Null when it is built; else what is missing, in words for the one who wants it.</returns>
    public static async Task<string?> BuildAsync(CancellationToken cancellationToken = default)
    {
        if (await MissingNodeAsync(cancellationToken) is { } missing)
        {
            return missing;
        }

        var built = WrittenAt(Path.Combine(Target, "index.html"));
        if (Newest(Source) < built)
        {
            return null;
        }

        var modules = WrittenAt(Path.Combine(Source, "node_modules", ".package-lock.json"));
        if (modules < WrittenAt(Path.Combine(Source, "package-lock.json")) && await NpmAsync(cancellationToken, "ci", "--no-audit", "--no-fund") != 0)
        {
            return "The page is not built: 'npm ci' failed, it says why above.";
        }

        return await NpmAsync(cancellationToken, "run", "build") == 0 ? null : "The page is not built: 'npm run build' failed, it says why above.";
    }

    /// <summary>Runs npm in the page's folder, in the foreground, and gives its exit code.</summary>
    public static Task<int> NpmAsync(CancellationToken cancellationToken, params string[] arguments) => ChildProcess.RunAsync(
        new ChildProcessOptions
        {
            Name = "npm",
            Program = OperatingSystem.IsWindows() ? "npm.cmd" : "npm",
            Arguments = arguments,
            WorkingDirectory = Source,
        },
        cancellationToken);

    private static async Task<string?> MissingNodeAsync(CancellationToken cancellationToken)
    {
        const string Remedy = "Install it (https://nodejs.org/en/download) to have the page; everything else works without.";
        var found = await NodeVersionAsync(cancellationToken);
        return found is null ? $"The page is not built: it needs Node.js {OldestNode} or newer, and there is none. {Remedy}"
            : found < OldestNode ? $"The page is not built: it needs Node.js {OldestNode} or newer, and this is {found}. {Remedy}"
            : null;
    }

    private static async Task<Version?> NodeVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var node = ChildProcess.Start(new ChildProcessOptions { Name = "node", Program = "node", Arguments = ["--version"] });
            await node.Exited.WaitAsync(cancellationToken);
            return Version.TryParse(node.Output.ToString().Trim().TrimStart('v').Split('-')[0], out var version) ? version : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static DateTime Newest(string folder) => Directory.EnumerateFileSystemEntries(folder)
        .Where(entry => Path.GetFileName(entry) is not "node_modules")
        .Select(entry => Directory.Exists(entry) ? Newest(entry) : WrittenAt(entry))
        .DefaultIfEmpty(DateTime.MinValue)
        .Max();

    // A file that is not there counts as older than any other.
    private static DateTime WrittenAt(string file) => File.GetLastWriteTimeUtc(file);
}
