namespace OfflineActions.Dev;

/// <summary>Where things are in a checkout.</summary>
public static class Repository
{
    /// <summary>What the name of every project begins with.</summary>
    private const string Prefix = "OfflineActions.";

    /// <summary>The folder that holds Microservices.sln, found upwards from the running program.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The .NET host that runs this program, or else the one in PATH.</summary>
    public static string DotNet { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
        ? Environment.ProcessPath!
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The built program of a service, of the same configuration (Debug, Release) as the running program.</summary>
    /// <exception cref="FileNotFoundException">It has not been built.</exception>
    public static string Program(string service, string? checkout = null)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = Path.Combine(checkout ?? Root, "artifacts", "bin", Prefix + service, configuration, Prefix + service + ".dll");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{service} has not been built: {path} is missing. Run: dotnet build", path);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Microservices.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Microservices.sln above {AppContext.BaseDirectory}");
    }
}
