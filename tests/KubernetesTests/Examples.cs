using System.Text.RegularExpressions;

namespace OfflineActions.Tests.Kubernetes;

/// <summary>The secrets that deploy/kubernetes/README.md creates as an example.</summary>
internal static partial class Examples
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Kustomization.Folder, "README.md"));

    /// <summary>The files of a service: the name of a setting, and its value.</summary>
    public static IEnumerable<KeyValuePair<string, string>> GetSecrets(string service) => Secret().Matches(Readme)
        .Where(secret => secret.Groups["service"].Value == service)
        .Select(secret => KeyValuePair.Create(secret.Groups["key"].Value, secret.Groups["value"].Value));

    [GeneratedRegex(@"printf %s '(?<value>[^']+)'\s+> secrets/(?<service>[a-z-]+)/(?<key>\w+)")]
    private static partial Regex Secret();
}
