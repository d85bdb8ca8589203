namespace OfflineActions.Dev.Testing;

/// <summary>A Prometheus that is installed on this machine.</summary>
/// <param name="Server">The server.</param>
/// <param name="Tool">promtool, which checks and tests its files.</param>
internal sealed record PrometheusInstallation(string Server, string Tool)
{
    /// <summary>The first one in PATH, or null.</summary>
    public static PrometheusInstallation? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => new PrometheusInstallation(Find(folder, "prometheus"), Find(folder, "promtool")))
        .FirstOrDefault(found => File.Exists(found.Server) && File.Exists(found.Tool));

    private static string Find(string folder, string program) =>
        Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program);
}
