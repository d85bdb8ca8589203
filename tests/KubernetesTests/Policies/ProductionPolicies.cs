using System.Text.Json.Nodes;
using k8s.Models;
using OfflineActions.Dev;
using OfflineActions.Gateway;
using OfflineActions.Messaging;
using OfflineActions.SyncGateway;
using OfflineActions.WebClient;

namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>An overlay with a RabbitMQ of its own is for production: it follows deploy/rabbitmq and deploy/sync-gateway.</summary>
internal static class ProductionPolicies
{
    private const string Bus = BusOptions.Section + "__";
    private const string Https = "Kestrel__Endpoints__Https__";
    private const string WebClient = "web-client";
    private const string Definitions = "load_definitions = ";

    private static readonly string[] Clients = ["gateway", "worker", "operator"];

    /// <summary>The settings of deploy/rabbitmq without paths and ports, which the operator of RabbitMQ adds.</summary>
    private static readonly string[] Configuration =
    [
        .. File.ReadLines(PathOf("rabbitmq", "rabbitmq.conf"))
            .Where(line => !line.StartsWith('#') && line.Contains(" = ", StringComparison.Ordinal))
            .Where(line => !line.Contains(" = /", StringComparison.Ordinal) && !line.StartsWith("listeners.", StringComparison.Ordinal)
                && !line.StartsWith("ssl_options.verify ", StringComparison.Ordinal)
                && !line.StartsWith("management.ssl.port ", StringComparison.Ordinal)),
    ];

    private static readonly string VirtualHost =
        (string)JsonNode.Parse(File.ReadAllText(PathOf("rabbitmq", "definitions.json")))!["vhosts"]![0]!["name"]!;

    // It holds JavaScript between backquotes, which is no JSON.
    private static readonly string SyncGateway = File.ReadAllText(PathOf("sync-gateway", "production", "sync-gateway.json"));

    public static IReadOnlyList<Policy> All { get; } =
    [
        new("RabbitMQ takes TLS alone, and only with a certificate", Each(cluster =>
            cluster.Spec.Tls is { SecretName.Length: > 0, CaSecretName.Length: > 0, DisableNonTLSListeners: true }
            && GetConfiguration(cluster).Contains("ssl_options.fail_if_no_peer_cert = true"))),
        new("RabbitMQ is configured as deploy/rabbitmq says", manifests =>
            from cluster in manifests.Objects.OfType<RabbitmqCluster>()
            from line in Configuration.Except(GetConfiguration(cluster))
            select line),
        new("RabbitMQ has the advanced configuration of deploy/rabbitmq", Each(cluster =>
            WithoutComments(cluster.Spec.Rabbitmq?.AdvancedConfig ?? "").SequenceEqual(
                WithoutComments(File.ReadAllText(PathOf("rabbitmq", "advanced.config")))))),
        new("RabbitMQ has the users of a Secret", Each(cluster =>
            GetConfiguration(cluster).SingleOrDefault(line => line.StartsWith(Definitions, StringComparison.Ordinal)) is { } line
            && cluster.Spec.Override?.StatefulSet?.Spec?.Template?.Spec is { } pod
            && pod.Containers.Single(container => container.Name == "rabbitmq").VolumeMounts.Any(mount =>
                mount.MountPath == Path.GetDirectoryName(line[Definitions.Length..])
                && pod.Volumes.Any(volume => volume.Name == mount.Name && volume.Secret is not null)))),
        new("A service reaches RabbitMQ by TLS, in its virtual host", manifests =>
            from service in ClientsOf(manifests)
            where !Uri.TryCreate(Get(manifests, service, Bus + nameof(BusOptions.Url)), UriKind.Absolute, out var url)
                || url.Scheme != "amqps" || url.AbsolutePath != "/" + VirtualHost
            select service),
        new("A service has a certificate of its own", manifests =>
            from service in ClientsOf(manifests)
            from file in new[] { nameof(BusTls.CaFile), nameof(BusTls.CertificateFile), nameof(BusTls.KeyFile) }
            where !IsInSecret(manifests, service, $"{Bus}{nameof(BusOptions.Tls)}__{file}", $"{service}-rabbitmq")
            select $"{service}: {file}"),
        new("A service reaches Sync Gateway by TLS, and trusts its authority", manifests =>
            from service in IsForProduction(manifests) ? Clients.Append(WebClient) : []
            let setting = service == WebClient
                ? $"{WebClientOptions.Section}__{nameof(WebClientOptions.SyncGateway)}"
                : $"{SyncGatewayOptions.Section}__{nameof(SyncGatewayOptions.Url)}"
            where !Uri.TryCreate(Get(manifests, service, setting), UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps
                || !IsInSecret(manifests, service, "SSL_CERT_FILE", "sync-gateway-ca")
            select service),
        new("Webhooks come by TLS alone", manifests =>
            from service in ClientsOf(manifests)
            where service == "gateway"
                && !(manifests.Container(service).Ports.SingleOrDefault(port => port.Name == "https") is { } port
                    && Get(manifests, service, Https + "Url") == $"https://*:{port.ContainerPort}"
                    && IsInSecret(manifests, service, Https + "Certificate__Path", "gateway-tls")
                    && IsInSecret(manifests, service, Https + "Certificate__KeyPath", "gateway-tls")
                    && manifests.NetworkPolicies.Single(policy => policy.Metadata.Name == "from-sync-gateway").Spec.Ingress
                        .SelectMany(rule => rule.Ports).All(allowed => allowed.Port.Value == $"{port.ContainerPort}"))
            select service),
        new("Only workers declare queues, whose users may", manifests =>
            from service in ClientsOf(manifests)
            where service == "gateway" != (Get(manifests, service, Bus + nameof(BusOptions.DeclareQueues)) == "false")
            select service),
        new("KEDA has a certificate", manifests =>
            from found in manifests.Objects.OfType<TriggerAuthentication>()
            where !found.Spec.SecretTargetRef.Select(secret => (secret.Parameter, secret.Key)).Intersect(
                [("tls", "tls"), ("ca", "ca.crt"), ("cert", "tls.crt"), ("key", "tls.key")]).Skip(3).Any()
            select found.Metadata.Name),
        new("Catch-up reads the channel of the sync function", manifests =>
            from service in ClientsOf(manifests)
            where service == "gateway"
                && (Get(manifests, service, $"{GatewayOptions.Section}__{nameof(GatewayOptions.Channel)}") is not { } channel
                    || !SyncGateway.Contains($"\"admin_channels\": [\"{channel}\"]", StringComparison.Ordinal)
                    || !SyncGateway.Contains($"channel('{channel}')", StringComparison.Ordinal))
            select service),
        new("A service signs in at Sync Gateway as its own user", manifests =>
            from service in ClientsOf(manifests)
            where Get(manifests, service, $"{SyncGatewayOptions.Section}__{nameof(SyncGatewayOptions.User)}") != service
                || !SyncGateway.Contains($"\"{service}\": {{ \"password\": ", StringComparison.Ordinal)
            select service),
    ];

    private static string[] ClientsOf(Manifests manifests) => IsForProduction(manifests) ? Clients : [];

    private static bool IsForProduction(Manifests manifests) => manifests.Objects.OfType<RabbitmqCluster>().Any();

    private static string? Get(Manifests manifests, string service, string setting) => manifests
        .GetSettings(manifests.Container(service)).Where(found => found.Key == setting).Select(found => found.Value).LastOrDefault();

    /// <summary>Whether a setting names a file of a Secret that the container may only read.</summary>
    private static bool IsInSecret(Manifests manifests, string service, string setting, string secret)
    {
        var folder = Path.GetDirectoryName(Get(manifests, service, setting) ?? "");
        var volumes = manifests.Get<V1Deployment>(service).Spec.Template.Spec.Volumes ?? [];
        return (manifests.Container(service).VolumeMounts ?? []).Any(mount =>
            mount.MountPath == folder && mount.ReadOnlyProperty is true
            && volumes.Any(volume => volume.Name == mount.Name && volume.Secret?.SecretName == secret));
    }

    private static IEnumerable<string> WithoutComments(string erlang) =>
        erlang.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('%'));

    private static string[] GetConfiguration(RabbitmqCluster cluster) =>
        cluster.Spec.Rabbitmq?.AdditionalConfig?.Split('\n') ?? [];

    private static Func<Manifests, IEnumerable<string>> Each(Func<RabbitmqCluster, bool> holds) => manifests =>
        manifests.Objects.OfType<RabbitmqCluster>().Where(cluster => !holds(cluster)).Select(cluster => cluster.Metadata.Name);

    private static string PathOf(params string[] path) => Path.Combine([Repository.Root, "deploy", .. path]);
}
