using System.Diagnostics;
using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Dev.Testing;

namespace OfflineActions.Tests.Kubernetes;

/// <summary>Renders an overlay of deploy/kubernetes, as <c>kubectl apply -k</c> would.</summary>
internal static partial class Kustomization
{
    /// <summary>The folder with the base and the overlays.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "deploy", "kubernetes");

    /// <summary>Every overlay.</summary>
    public static IReadOnlyList<string> Overlays { get; } =
    [
        .. Directory.EnumerateDirectories(Path.Combine(Folder, "overlays")).Select(folder => Path.GetFileName(folder)!).Order(),
    ];

    private static readonly Dictionary<string, Lazy<string>> Rendered =
        Overlays.ToDictionary(overlay => overlay, overlay => new Lazy<string>(() => Render(overlay)));

    /// <summary>The rendered objects of an overlay, as YAML.</summary>
    /// <exception cref="InvalidOperationException">kubectl is missing, or refuses the files.</exception>
    public static string GetYaml(string overlay) => Rendered[overlay].Value;

    private static string Render(string overlay)
    {
        var kubectl = TestKubectl.Find() ?? throw new InvalidOperationException(
            "kubectl is not in PATH: ./dev test kubernetes installs it on Debian and Ubuntu. It needs no cluster.");
        var copy = Directory.CreateTempSubdirectory("offline-actions-kubernetes-").FullName;
        try
        {
            return Run(kubectl, Path.Combine(Folder, "overlays", overlay), copy) is { ExitCode: 0 } rendered ? rendered.Output
                : RunOld(kubectl, overlay, copy);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    /// <summary>kubectl before 1.21 has kustomize 2, which knows the same fields by other names. Debian 12 has kubectl 1.20.</summary>
    private static string RunOld(string kubectl, string overlay, string copy)
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var text = File.ReadAllText(file);
            File.WriteAllText(target, Path.GetFileName(file) == "kustomization.yaml" ? ToKustomize2(text) : text);
        }

        var (exitCode, output, error) = Run(kubectl, Path.Combine(copy, "overlays", overlay), copy);
        return exitCode == 0 ? output : throw new InvalidOperationException($"kubectl kustomize {overlay} failed: {error}");
    }

    private static string ToKustomize2(string text) => PatchPath().Replace(
        text
            .Replace("resources:\n  - ../../base\n", "bases:\n  - ../../base\nresources:\n", StringComparison.Ordinal)
            .Replace("patches:\n", "patchesStrategicMerge:\n", StringComparison.Ordinal),
        "  - ");

    private static (int ExitCode, string Output, string Error) Run(string kubectl, string folder, string emptyFolder)
    {
        using var process = Process.Start(new ProcessStartInfo(kubectl, ["kustomize", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Some builds of kubectl ask the cluster for its version first. There is none for a test.
            Environment = { ["KUBECONFIG"] = Path.Combine(emptyFolder, "none") },
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    [GeneratedRegex(@"(?m)^  - path: ")]
    private static partial Regex PatchPath();
}
