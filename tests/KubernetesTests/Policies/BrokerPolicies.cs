using System.Text.RegularExpressions;
using k8s.Models;

namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>RabbitMQ, where an overlay has it.</summary>
internal static partial class BrokerPolicies
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        new("RabbitMQ has three nodes, or another odd number", Each((_, cluster) =>
            cluster.Spec.Replicas is >= 3 and var nodes && nodes % 2 == 1)),
        new("RabbitMQ has an exact version, which finds its nodes without the Kubernetes API", Each((_, cluster) =>
            Image().Match(cluster.Spec.Image) is { Success: true } image
            && Version.Parse(image.Groups["version"].Value) >= new Version(4, 1))),
        new("A node of RabbitMQ has the memory that it believes to have", Each((_, cluster) =>
            cluster.Spec.Resources is { Requests: { } requests, Limits: { } limits }
            && requests.TryGetValue("memory", out var requested) && limits.TryGetValue("memory", out var limit)
            && requested.ToDecimal() == limit.ToDecimal() && requests.ContainsKey("cpu") && limits.ContainsKey("cpu"))),
        new("Nodes of RabbitMQ are on different machines", Each((_, cluster) =>
            cluster.Spec.Affinity?.PodAntiAffinity?.RequiredDuringSchedulingIgnoredDuringExecution?.Any(rule =>
                rule.TopologyKey == "kubernetes.io/hostname"
                && rule.LabelSelector.MatchLabels["app.kubernetes.io/name"] == cluster.Metadata.Name) is true)),
        new("One node of RabbitMQ may be away, and not more", Each((manifests, cluster) =>
            manifests.Objects.OfType<V1PodDisruptionBudget>().Any(budget =>
                budget.Metadata.NamespaceProperty == cluster.Metadata.NamespaceProperty && budget.Spec.MaxUnavailable?.Value == "1"
                && budget.Spec.Selector.MatchLabels["app.kubernetes.io/name"] == cluster.Metadata.Name))),
        new("A node of RabbitMQ that is cut off stops", Each((_, cluster) =>
            cluster.Spec.Rabbitmq?.AdditionalConfig?.Split('\n').Contains("cluster_partition_handling = pause_minority") is true)),
    ];

    private static Func<Manifests, IEnumerable<string>> Each(Func<Manifests, RabbitmqCluster, bool> holds) => manifests =>
        manifests.Objects.OfType<RabbitmqCluster>().Where(cluster => !holds(manifests, cluster))
            .Select(cluster => cluster.Metadata.Name);

    [GeneratedRegex(@"\A([a-z0-9./:-]+/)?rabbitmq:(?<version>[0-9]+\.[0-9]+\.[0-9]+)(-[a-z0-9.-]+)?\z")]
    private static partial Regex Image();
}
