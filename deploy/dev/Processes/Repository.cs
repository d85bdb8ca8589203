namespace OfflineActions.Dev;

/// <summary>Paths in a checkout of this repository.</summary>
public static class Repository
{
    /// <summary>The prefix of every project name.</summary>
    private const string Prefix = "OfflineActions.";

    /// <summary>The folder with Microservices.sln, found upwards from the running program.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The <c>dotnet</c> that runs this program, or else the one in PATH.</summary>
    public static string DotNet { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
        ? Environment.ProcessPath!
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The path of a built service.</summary>
    /// <param name="service">The project, for example <c>Worker</c>.</param>
    /// <param name="checkout">The checkout; null for this one.</param>
    /// <param name="configuration"><c>debug</c> or <c>release</c>; null for that of the running program.</param>
    /// <exception cref="FileNotFoundException">The service is not built.</exception>
    public static string Program(string service, string? checkout = null, string? configuration = null)
    {
        configuration ??= new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = Path.Combine(checkout ?? Root, "artifacts", "bin", Prefix + service, configuration, Prefix + service + ".dll");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{service} is not built: {path} is missing. Run: dotnet build", path);
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
