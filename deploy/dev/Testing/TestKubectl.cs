namespace OfflineActions.Dev.Testing;

/// <summary>kubectl, which renders the files of Kubernetes with the kustomize that is built in. It needs no cluster for that.</summary>
internal static class TestKubectl
{
    /// <summary>The first one in PATH, or null.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "kubectl.exe" : "kubectl"))
        .FirstOrDefault(File.Exists);

    /// <summary>Installs it where that is possible and needed.</summary>
    /// <returns>Null, or what is missing.</returns>
    public static async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux() && Find() is null && DebianPackage.CanBeInstalled)
        {
            await DebianPackage.InstallAsync("kubernetes-client", cancellationToken);
        }

        return Find() is null ? "kubectl was not found: install it, so that it is in PATH. It needs no cluster." : null;
    }
}
