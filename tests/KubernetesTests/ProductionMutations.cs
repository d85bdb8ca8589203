using k8s.Models;

namespace OfflineActions.Tests.Kubernetes;

internal static partial class Mutations
{
    private static IEnumerable<Mutation> OfProduction =>
    [
        new("RabbitMQ takes TLS alone, and only with a certificate", "a plain port",
            all => Cluster(all).Tls!.DisableNonTLSListeners = false),
        new("RabbitMQ takes TLS alone, and only with a certificate", "no authority", all => Cluster(all).Tls!.CaSecretName = null),
        new("RabbitMQ takes TLS alone, and only with a certificate", "without one",
            all => Configure(all, "fail_if_no_peer_cert = true", "fail_if_no_peer_cert = false")),
        new("RabbitMQ is configured as deploy/rabbitmq says", "larger messages", all => Configure(all, "1048576", "104857600")),
        new("RabbitMQ has the advanced configuration of deploy/rabbitmq", "three minutes until a delay queue tries again",
            all => Cluster(all).Rabbitmq!.AdvancedConfig = null),
        new("RabbitMQ is configured as deploy/rabbitmq says", "an older TLS", all => Configure(all, "2 = tlsv1.2", "2 = tlsv1.1")),
        new("RabbitMQ has the users of a Secret", "its own user", all => Configure(all, "load_definitions", "#")),
        new("RabbitMQ has the users of a Secret", "another path",
            all => Configure(all, "/etc/rabbitmq/definitions/", "/etc/rabbitmq/")),
        new("RabbitMQ has the users of a Secret", "nothing is mounted",
            all => Cluster(all).Override!.StatefulSet!.Spec!.Template!.Spec.Volumes.Clear()),
        new("A service reaches RabbitMQ by TLS, in its virtual host", "without TLS",
            all => Set(all, "worker", "Bus__Url", "amqp://rabbitmq.offline-actions-rabbitmq.svc:5671/offline-actions")),
        new("A service reaches RabbitMQ by TLS, in its virtual host", "another virtual host",
            all => Set(all, "worker", "Bus__Url", "amqps://rabbitmq.offline-actions-rabbitmq.svc:5671/")),
        new("A service has a certificate of its own", "that of another one",
            all => Volume(all, "gateway", "rabbitmq").Secret.SecretName = "worker-rabbitmq"),
        new("A service has a certificate of its own", "another folder",
            all => Mount(all, "operator", "rabbitmq").MountPath = "/run/secrets/tls"),
        new("A service has a certificate of its own", "no key", all => Set(all, "worker", "Bus__Tls__KeyFile", "")),
        new("A service reaches Sync Gateway by TLS, and trusts its authority", "without TLS",
            all => Set(all, "operator", "SyncGateway__Url", "http://sync-gateway.couchbase.svc:4984")),
        new("A service reaches Sync Gateway by TLS, and trusts its authority", "the page without TLS",
            all => Set(all, "web-client", "WebClient__SyncGateway", "http://sync-gateway.couchbase.svc:4984")),
        new("A service reaches Sync Gateway by TLS, and trusts its authority", "the authority of RabbitMQ",
            all => Set(all, "worker", "SSL_CERT_FILE", "/run/secrets/rabbitmq/ca.crt")),
        new("A service reaches Sync Gateway by TLS, and trusts its authority", "nothing is mounted",
            all => all.Container("web-client").VolumeMounts.Clear()),
        new("Webhooks come by TLS alone", "no port", all => all.Container("gateway").Ports.RemoveAt(0)),
        new("Webhooks come by TLS alone", "another port", all => Set(all, "gateway", "Kestrel__Endpoints__Https__Url", "https://*:8444")),
        new("Webhooks come by TLS alone", "the certificate of RabbitMQ",
            all => Set(all, "gateway", "Kestrel__Endpoints__Https__Certificate__Path", "/run/secrets/rabbitmq/tls.crt")),
        new("Webhooks come by TLS alone", "no key", all => Set(all, "gateway", "Kestrel__Endpoints__Https__Certificate__KeyPath", "")),
        new("Webhooks come by TLS alone", "also without TLS",
            all => all.Get<V1NetworkPolicy>("from-sync-gateway").Spec.Ingress[0].Ports.Add(new() { Protocol = "TCP", Port = 8080 })),
        new("Only workers declare queues, whose users may", "a gateway too", all => Set(all, "gateway", "Bus__DeclareQueues", "true")),
        new("Only workers declare queues, whose users may", "nobody", all => Set(all, "worker", "Bus__DeclareQueues", "false")),
        new("KEDA has a certificate", "no key", all => all.Get<TriggerAuthentication>("worker").Spec.SecretTargetRef.RemoveAt(5)),
        new("KEDA has a certificate", "TLS is off",
            all => all.Get<TriggerAuthentication>("worker").Spec.SecretTargetRef.RemoveAt(2)),
        new("Catch-up reads the channel of the sync function", "all documents", all => Set(all, "gateway", "Gateway__Channel", "")),
        new("Catch-up reads the channel of the sync function", "a typo", all => Set(all, "gateway", "Gateway__Channel", "open-request")),
        new("A service signs in at Sync Gateway as its own user", "all as one",
            all => Set(all, "worker", "SyncGateway__User", "gateway")),
    ];

    private static void Configure(Manifests all, string old, string replacement)
    {
        var rabbitMq = Cluster(all).Rabbitmq!;
        rabbitMq.AdditionalConfig = rabbitMq.AdditionalConfig!.Replace(old, replacement, StringComparison.Ordinal);
    }
}
