using k8s.Models;

namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>Which pods a selector selects.</summary>
internal static class Selectors
{
    /// <summary>Whether a selector selects an object with these labels. An empty selector selects everything.</summary>
    public static bool Selects(this V1LabelSelector selector, IDictionary<string, string>? labels) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(wanted => Has(labels, wanted.Key, [wanted.Value]))
        && (selector.MatchExpressions ?? []).All(wanted =>
            wanted.OperatorProperty == "In" && Has(labels, wanted.Key, wanted.Values));

    /// <summary>Whether a policy is about the pods of a Deployment.</summary>
    public static bool IsAbout(this V1NetworkPolicy policy, V1Deployment deployment) =>
        policy.Metadata.NamespaceProperty == deployment.Metadata.NamespaceProperty
        && policy.Spec.PodSelector.Selects(deployment.Spec.Template.Metadata.Labels);

    /// <summary>The labels of all pods in a namespace, those of RabbitMQ included, which its operator creates.</summary>
    public static IEnumerable<IDictionary<string, string>> GetPodLabels(this Manifests manifests, string? name) =>
    [
        .. manifests.Deployments.Where(deployment => deployment.Metadata.NamespaceProperty == name)
            .Select(deployment => deployment.Spec.Template.Metadata.Labels),
        .. manifests.Objects.OfType<RabbitmqCluster>().Where(cluster => cluster.Metadata.NamespaceProperty == name)
            .Select(cluster => new Dictionary<string, string>
            {
                ["app.kubernetes.io/name"] = cluster.Metadata.Name,
                ["app.kubernetes.io/component"] = "rabbitmq",
                ["app.kubernetes.io/part-of"] = "rabbitmq",
            }),
    ];

    /// <summary>The namespace that a peer names; null when it names none, or by other labels.</summary>
    public static string? FindNamespace(this V1NetworkPolicyPeer peer) =>
        peer.NamespaceSelector?.MatchLabels is { } labels && labels.TryGetValue("kubernetes.io/metadata.name", out var name) ? name : null;

    private static bool Has(IDictionary<string, string>? labels, string key, IList<string> values) =>
        labels is not null && labels.TryGetValue(key, out var value) && values.Contains(value);
}
