using k8s.Models;

namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>Ports, and who talks to whom.</summary>
internal static class NetworkRules
{
    public static IReadOnlyList<Policy> All { get; } =
    [
        new("A Service leads to a port of its Deployment", manifests =>
            from service in manifests.Objects.OfType<V1Service>()
            where !manifests.Deployments.Any(deployment =>
                new V1LabelSelector { MatchLabels = service.Spec.Selector }.Selects(deployment.Spec.Template.Metadata.Labels)
                && service.Spec.Ports.All(port => deployment.Spec.Template.Spec.Containers.Any(container =>
                    ContainerPolicies.HasPort(container, port.TargetPort.Value)
                    && container.Ports.Any(known => known.ContainerPort == port.Port))))
            select service.Metadata.Name),
        new("In a namespace with pods, what no policy allows is denied", manifests =>
            from name in manifests.Deployments.Select(deployment => deployment.Metadata.NamespaceProperty)
                .Concat(manifests.Objects.OfType<RabbitmqCluster>().Select(cluster => cluster.Metadata.NamespaceProperty)).Distinct()
            where !manifests.NetworkPolicies.Any(policy => policy.Metadata.NamespaceProperty == name && DeniesEverything(policy))
            select name),
        new("A policy is about pods that exist", manifests =>
            from policy in manifests.NetworkPolicies
            where !manifests.GetPodLabels(policy.Metadata.NamespaceProperty).Any(labels => policy.Spec.PodSelector.Selects(labels))
                || GetNames(policy.Spec.PodSelector).Any(name => !Exists(manifests, policy.Metadata.NamespaceProperty, name))
            select policy.Metadata.Name),
        new("A peer that we deploy exists", manifests =>
            from policy in manifests.NetworkPolicies
            from peer in GetPeers(policy)
            let space = peer.FindNamespace() ?? (peer.NamespaceSelector is null ? policy.Metadata.NamespaceProperty : null)
            where peer.IpBlock is null && manifests.Objects.OfType<V1Namespace>().Any(known => known.Metadata.Name == space)
                && (peer.PodSelector is null
                    || !manifests.GetPodLabels(space).Any(labels => peer.PodSelector.Selects(labels))
                    || GetNames(peer.PodSelector).Any(name => !Exists(manifests, space, name)))
            select policy.Metadata.Name),
        new("A rule names its peers and its ports", manifests =>
            from policy in manifests.NetworkPolicies
            let rules = (policy.Spec.Ingress ?? []).Select(rule => (Peers: rule.FromProperty, rule.Ports))
                .Concat((policy.Spec.Egress ?? []).Select(rule => (Peers: rule.To, rule.Ports)))
            where rules.Any(rule => rule is not { Peers.Count: > 0, Ports.Count: > 0 }
                || rule.Peers.Any(peer => peer.IpBlock is null && (peer.PodSelector ?? peer.NamespaceSelector) is null))
            select policy.Metadata.Name),
        new("A policy names the direction of its rules", manifests =>
            from policy in manifests.NetworkPolicies
            where (policy.Spec.Ingress is { Count: > 0 } && !policy.Spec.PolicyTypes.Contains("Ingress"))
                || (policy.Spec.Egress is { Count: > 0 } && !policy.Spec.PolicyTypes.Contains("Egress"))
            select policy.Metadata.Name),
        new("Each address in the settings can be reached", manifests =>
            from found in manifests.Containers
            from setting in manifests.GetSettings(found.Container)
            where !setting.Key.Contains("Origins", StringComparison.Ordinal)
                && Uri.TryCreate(setting.Value, UriKind.Absolute, out var address) && address.Host.Length > 0
                && !CanReach(manifests, found.Deployment, address)
            select $"{found.Container.Name}: {setting.Key}"),
    ];

    private static IEnumerable<V1NetworkPolicyPeer> GetPeers(V1NetworkPolicy policy) =>
    [
        .. (policy.Spec.Ingress ?? []).SelectMany(rule => rule.FromProperty ?? []),
        .. (policy.Spec.Egress ?? []).SelectMany(rule => rule.To ?? []),
    ];

    private static IEnumerable<string> GetNames(V1LabelSelector selector) =>
        (selector.MatchExpressions ?? []).SelectMany(expression => expression.Values ?? []);

    private static bool Exists(Manifests manifests, string? space, string name) =>
        manifests.GetPodLabels(space).Any(labels => labels["app.kubernetes.io/name"] == name);

    private static bool DeniesEverything(V1NetworkPolicy policy) =>
        policy.Spec is { PodSelector: { MatchLabels: null or { Count: 0 }, MatchExpressions: null or { Count: 0 } } }
        && policy.Spec is { Ingress: null or { Count: 0 }, Egress: null or { Count: 0 } }
        && policy.Spec.PolicyTypes.Contains("Ingress") && policy.Spec.PolicyTypes.Contains("Egress");

    private static bool CanReach(Manifests manifests, V1Deployment deployment, Uri address)
    {
        // name.namespace.svc in the cluster; anything else is outside.
        var space = address.Host.Split('.') is [_, var name, "svc", ..] ? name : null;
        var port = (address.Port > 0 ? address.Port : address.Scheme == "amqps" ? 5671 : 5672).ToString();
        return manifests.NetworkPolicies.Where(policy => policy.IsAbout(deployment)).SelectMany(policy => policy.Spec.Egress ?? [])
            .Any(rule => rule.Ports.Any(allowed => allowed.Port.Value == port)
                && rule.To.Any(peer => space is null ? peer.IpBlock is not null : peer.FindNamespace() == space));
    }
}
