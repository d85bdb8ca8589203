using k8s.Models;
using OfflineActions.Tests.Kubernetes.Policies;

namespace OfflineActions.Tests.Kubernetes;

/// <summary>Who talks to whom: what the policies allow, added up for each service. Nothing else is allowed.</summary>
public sealed class NetworkTests
{
    private const string ToDns = "kube-system/kube-dns:53";
    private const string ToSyncGateway = "couchbase/sync-gateway:4984";
    private const string Webhooks = "webhooks of Sync Gateway";
    private const string Amqp = "AMQP of RabbitMQ";
    private const string Management = "management of RabbitMQ";
    private const string FromProxy = "ingress-nginx/ingress-nginx:8080";
    private const string FromPrometheus = "monitoring/prometheus:8080";

    [TestCase("gateway", Webhooks, FromPrometheus)]
    [TestCase("worker", FromPrometheus)]
    [TestCase("operator", FromProxy, FromPrometheus)]
    [TestCase("web-client", FromProxy)]
    public void A_service_is_asked_by(string service, params string[] clients)
    {
        foreach (var overlay in Kustomization.Overlays)
        {
            Assert.That(
                FindPeers(overlay, service, isIngress: true),
                Is.EquivalentTo(clients.Select(client =>
                    client == Webhooks ? $"couchbase/sync-gateway:{(overlay == "production" ? 8443 : 8080)}" : client)),
                overlay);
        }
    }

    [TestCase("gateway", ToDns, ToSyncGateway, Amqp)]
    [TestCase("worker", ToDns, ToSyncGateway, Amqp, "0.0.0.0/0:443", "::/0:443")]
    [TestCase("operator", ToDns, ToSyncGateway, Amqp, Management)]
    [TestCase("web-client", ToDns, ToSyncGateway)]
    public void A_service_asks(string service, params string[] servers)
    {
        foreach (var overlay in Kustomization.Overlays)
        {
            Assert.That(
                FindPeers(overlay, service, isIngress: false),
                Is.EquivalentTo(servers.SelectMany(server => (overlay, server) switch
                {
                    ("production", Amqp) => ["offline-actions-rabbitmq/rabbitmq:5671"],
                    ("production", Management) => ["offline-actions-rabbitmq/rabbitmq:15671"],
                    (_, Amqp) => ["rabbitmq/rabbitmq:5671", "rabbitmq/rabbitmq:5672"],
                    (_, Management) => ["rabbitmq/rabbitmq:15672"],
                    _ => new[] { server },
                })),
                overlay);
        }
    }

    [Test]
    public void RabbitMQ_is_asked_by_the_services_its_operator_KEDA_and_Prometheus() => Assert.That(
        Describe(
            Manifests.Of("production").NetworkPolicies
                .Where(policy => policy.Metadata.NamespaceProperty == "offline-actions-rabbitmq"),
            isIngress: true),
        Is.EquivalentTo(
        [
            "offline-actions-rabbitmq/rabbitmq:4369", "offline-actions-rabbitmq/rabbitmq:25672",
            "offline-actions/gateway,worker,operator:5671", "offline-actions/operator:15671",
            "keda/keda-operator:5671", "rabbitmq-system/rabbitmq-operator:15671", "monitoring/prometheus:15692",
        ]));

    [TestCase("10.0.0.0/8")]
    [TestCase("172.16.0.0/12")]
    [TestCase("192.168.0.0/16")]
    [TestCase("169.254.0.0/16")]
    public void A_handler_that_asks_the_internet_cannot_ask_the_network_of_the_cluster(string network) => Assert.That(
        from overlay in Kustomization.Overlays
        from policy in Manifests.Of(overlay).NetworkPolicies
        from rule in policy.Spec.Egress ?? []
        from peer in rule.To
        where peer.IpBlock?.Cidr == "0.0.0.0/0" && !peer.IpBlock.Except.Contains(network)
        select overlay,
        Is.Empty);

    [TestCaseSource(typeof(Kustomization), nameof(Kustomization.Overlays))]
    public void Neighbours_that_are_not_deployed_here_are_in_one_file(string overlay)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Kustomization.Folder, "overlays", overlay), "*.yaml")
            .Where(file => Path.GetFileName(file) is not "peers.yaml").Select(File.ReadAllText);

        Assert.That(
            files.SelectMany(file => file.Split('\n'))
                .Where(line => line.Contains("kubernetes.io/metadata.name:", StringComparison.Ordinal))
                .Select(line => line.Split(':')[1].Trim()).Distinct()
                .Except(["offline-actions", "offline-actions-rabbitmq", "kube-system"]),
            Is.Empty);
    }

    private static List<string> FindPeers(string overlay, string service, bool isIngress)
    {
        var manifests = Manifests.Of(overlay);
        var deployment = manifests.Get<V1Deployment>(service);
        return Describe(manifests.NetworkPolicies.Where(policy => policy.IsAbout(deployment)), isIngress);
    }

    private static List<string> Describe(IEnumerable<V1NetworkPolicy> policies, bool isIngress) =>
    [
        .. (from policy in policies
            from rule in isIngress
                ? (policy.Spec.Ingress ?? []).Select(rule => (Peers: rule.FromProperty, rule.Ports))
                : (policy.Spec.Egress ?? []).Select(rule => (Peers: rule.To, rule.Ports))
            from peer in rule.Peers
            from port in rule.Ports
            select $"{Describe(peer, policy.Metadata.NamespaceProperty)}:{port.Port.Value}").Distinct(),
    ];

    private static string Describe(V1NetworkPolicyPeer peer, string space) => peer.IpBlock?.Cidr
        ?? $"{peer.FindNamespace() ?? space}/{string.Join(',', peer.PodSelector.MatchLabels?.Values
            ?? peer.PodSelector.MatchExpressions.SelectMany(expression => expression.Values))}";
}
