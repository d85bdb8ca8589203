using k8s.Models;
using Microsoft.Extensions.Hosting;
using OfflineActions.Messaging;

namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>How pods stop, and how many may be away.</summary>
internal static class AvailabilityPolicies
{
    private static readonly string[] ServicesThatDrain = ["gateway", "worker"];

    // BusOptions.DrainTimeout: a container's grace period must be at least 15 s longer.
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan HostTimeout = new HostOptions().ShutdownTimeout;

    public static IReadOnlyList<Policy> All { get; } =
    [
        new("The grace period is longer than preStop and what the service needs to stop", manifests =>
            from found in manifests.Containers
            let needed = GetPreStop(found.Container) + GetStopTimeout(found.Container.Name, manifests.GetSettings(found.Container))
            let grace = TimeSpan.FromSeconds(found.Deployment.Spec.Template.Spec.TerminationGracePeriodSeconds ?? 30)
            where grace < needed
            select $"{found.Container.Name}: {grace} is less than {needed}"),
        new("A service with clients goes on until no load balancer sends to it", manifests =>
            from found in manifests.Containers
            where found.Container.Name is not "worker" && GetPreStop(found.Container) < TimeSpan.FromSeconds(3)
            select found.Container.Name),
        new("Of several copies one may be away, and not more", manifests =>
            from deployment in manifests.Deployments
            where manifests.CountReplicas(deployment) > 1 && !manifests.Objects.OfType<V1PodDisruptionBudget>().Any(budget =>
                budget.Metadata.NamespaceProperty == deployment.Metadata.NamespaceProperty
                && budget.Spec.Selector.Selects(deployment.Spec.Template.Metadata.Labels)
                && budget.Spec.MaxUnavailable?.Value == "1")
            select deployment.Metadata.Name),
        new("Several copies are spread over nodes and zones", manifests =>
            from deployment in manifests.Deployments
            let spread = deployment.Spec.Template.Spec.TopologySpreadConstraints ?? []
            where manifests.CountReplicas(deployment) > 1
                && !new[] { "kubernetes.io/hostname", "topology.kubernetes.io/zone" }.All(key => spread.Any(constraint =>
                    constraint.TopologyKey == key && constraint.LabelSelector.Selects(deployment.Spec.Template.Metadata.Labels)))
            select deployment.Metadata.Name),
        new("A budget is about pods that exist", manifests =>
            from budget in manifests.Objects.OfType<V1PodDisruptionBudget>()
            where !manifests.GetPodLabels(budget.Metadata.NamespaceProperty).Any(labels => budget.Spec.Selector.Selects(labels))
            select budget.Metadata.Name),
        new("A Deployment selects its own pods", manifests =>
            from deployment in manifests.Deployments
            where !deployment.Spec.Selector.Selects(deployment.Spec.Template.Metadata.Labels)
            select deployment.Metadata.Name),
    ];

    private static TimeSpan GetPreStop(V1Container container) =>
        TimeSpan.FromSeconds(container.Lifecycle?.PreStop?.Sleep?.Seconds ?? 0);

    private static TimeSpan GetStopTimeout(string service, IEnumerable<KeyValuePair<string, string>> settings) =>
        !ServicesThatDrain.Contains(service)
            ? HostTimeout
            : AfterDrain + settings.Where(setting => setting.Key == $"{BusOptions.Section}__{nameof(BusOptions.DrainTimeout)}")
                .Select(setting => TimeSpan.Parse(setting.Value)).DefaultIfEmpty(new BusOptions().DrainTimeout).Last();
}
