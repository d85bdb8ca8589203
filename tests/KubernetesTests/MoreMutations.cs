using k8s.Models;

namespace OfflineActions.Tests.Kubernetes;

internal static partial class Mutations
{
    private static IEnumerable<Mutation> OfNetwork =>
    [
        new("A Service leads to a port of its Deployment", "a typo",
            all => all.Get<V1Service>("gateway").Spec.Ports[0].TargetPort = "htpp"),
        new("A Service leads to a port of its Deployment", "another number", all => all.Get<V1Service>("gateway").Spec.Ports[0].Port = 80),
        new("A Service leads to a port of its Deployment", "no pods",
            all => all.Get<V1Service>("worker").Spec.Selector["app.kubernetes.io/name"] = "workers"),
        new("In a namespace with pods, what no policy allows is denied", "no such policy",
            all => all.Objects.Remove(Network(all, "default-deny"))),
        new("In a namespace with pods, what no policy allows is denied", "in one direction only",
            all => Network(all, "rabbitmq-default-deny").Spec.PolicyTypes = ["Ingress"]),
        new("A policy is about pods that exist", "a typo in a label",
            all => Network(all, "from-sync-gateway").Spec.PodSelector.MatchLabels["app.kubernetes.io/name"] = "gatway"),
        new("A policy is about pods that exist", "a typo in a list",
            all => Network(all, "to-sync-gateway").Spec.PodSelector.MatchExpressions[0].Values[1] = "worker-1"),
        new("A policy is about pods that exist", "another namespace",
            all => Network(all, "to-swapi").Metadata.NamespaceProperty = "offline-actions-rabbitmq"),
        new("A peer that we deploy exists", "a typo in a list",

            all => Network(all, "rabbitmq-from-services").Spec.Ingress[0].FromProperty[0]
                .PodSelector.MatchExpressions[0].Values[0] = "gatway"),
        new("A peer that we deploy exists", "a typo in a label",
            all => Network(all, "to-rabbitmq").Spec.Egress[0].To[0].PodSelector.MatchLabels["app.kubernetes.io/name"] = "rabbit"),
        new("A rule names its peers and its ports", "all peers",
            all => Network(all, "from-sync-gateway").Spec.Ingress[0].FromProperty = null),
        new("A rule names its peers and its ports", "all ports", all => Network(all, "to-swapi").Spec.Egress[0].Ports = null),
        new("A policy names the direction of its rules", "the other one", all => Network(all, "to-dns").Spec.PolicyTypes = ["Ingress"]),
        new("Each address in the settings can be reached", "another port",
            all => Set(all, "worker", "SyncGateway__Url", "http://sync-gateway.couchbase.svc:4985")),
        new("Each address in the settings can be reached", "another namespace",
            all => Set(all, "web-client", "WebClient__SyncGateway", "http://sync-gateway.couchbase-2.svc:4984")),
        new("Each address in the settings can be reached", "not allowed for this service",
            all => Set(all, "gateway", "OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example")),
        new("Each address in the settings can be reached", "the broker is not allowed",
            all => all.Objects.Remove(Network(all, "to-rabbitmq"))),
    ];

    private static IEnumerable<Mutation> OfSettings =>
    [
        new("A service has the setting", "a typo", all => Set(all, "gateway", "Gateway__KeySpace__0", "db")),
        new("A service has the setting", "of another service", all => Set(all, "gateway", "Worker__Concurrency", "8")),
        new("A service has the setting", "one underscore", all => Set(all, "worker", "Worker_Concurrency", "8")),
        new("A service has the setting", "the name in the code, not that in the configuration",
            all => Set(all, "worker", "Worker__CircuitBreakerAttempts", "8")),
        new("A service has the setting", "a log that does not exist", all => Set(all, "worker", "Logging__Console__Formatter", "json")),
        new("The page that everybody may open shows no metrics", "it does", all => Set(all, "web-client", "Telemetry__Prometheus", "true")),
        new("Gateway and operator look after the same keyspaces", "one more", all => Set(all, "gateway", "Gateway__Keyspaces__1", "db2")),
    ];

    private static IEnumerable<Mutation> OfScaling =>
    [
        new("KEDA scales a Deployment that exists and has no number of its own", "two owners of the number",
            all => all.Get<V1Deployment>("worker").Spec.Replicas = 2),
        new("KEDA scales a Deployment that exists and has no number of its own", "a typo",
            all => Scaled(all).ScaleTargetRef.Name = "workers"),
        new("There is always a worker", "none at night", all => Scaled(all).MinReplicaCount = 0),
        new("There is always a worker", "KEDA's default, which is none", all => Scaled(all).MinReplicaCount = null),
        new("There is always a worker", "none when the broker cannot be asked", all => Scaled(all).Fallback!.Replicas = 0),
        new("There is always a worker", "without KEDA", all =>
        {
            all.Objects.RemoveAll(found => found is ScaledObject);
            all.Get<V1Deployment>("worker").Spec.Replicas = 0;
        }),
        new("Workers follow the length of each lane of each action", "a lane is missing", all => Scaled(all).Triggers.RemoveAt(1)),
        new("Workers follow the length of each lane of each action", "a typo",
            all => Scaled(all).Triggers[0].Metadata["queueName"] = "person_requested"),
        new("Workers follow the length of each lane of each action", "a queue that waits for no worker",
            all => Scaled(all).Triggers[0].Metadata["queueName"] = "person-requested_error"),
        new("A trigger has the parameters of its type", "a typo", all =>
        {
            Scaled(all).Triggers[0].Metadata.Remove("value");
            Scaled(all).Triggers[0].Metadata["queueLength"] = "500";
        }),
        new("A query asks for metrics that exist", "another unit", all => ChangeQuery(all, "_age_seconds", "_age_milliseconds")),
        new("Workers follow the age of the oldest request", "they do not", all => Scaled(all).Triggers.RemoveAt(4)),
        new("A query is about the queues of the catalog", "a lane is missing", all => ChangeQuery(all, "(_bulk)?", "")),
        new("A query is about the queues of the catalog", "too many queues", all => ChangeQuery(all, "(_bulk)?", "(_.+)?")),
        new("KEDA signs in with files of a Secret that exists", "another key",
            all => all.Get<TriggerAuthentication>("worker").Spec.SecretTargetRef[0].Key = "Bus_User"),
        new("KEDA signs in with files of a Secret that exists", "no authentication",
            all => Scaled(all).Triggers[0].AuthenticationRef = null),
        new("KEDA asks the broker of the workers", "another one",
            all => Scaled(all).Triggers[0].Metadata["host"] = "amqp://rabbitmq.rabbitmq.svc:5672/"),
        new("RabbitMQ has three nodes, or another odd number", "two", all => Cluster(all).Replicas = 2),
        new("RabbitMQ has three nodes, or another odd number", "one", all => Cluster(all).Replicas = 1),
        new("RabbitMQ has an exact version, which finds its nodes without the Kubernetes API", "too old",
            all => Cluster(all).Image = "rabbitmq:3.13.7-management"),
        new("RabbitMQ has an exact version, which finds its nodes without the Kubernetes API", "no patch",
            all => Cluster(all).Image = "rabbitmq:4.1-management"),
        new("A node of RabbitMQ has the memory that it believes to have", "it has not",
            all => Cluster(all).Resources.Limits["memory"] = new ResourceQuantity("4Gi")),
        new("Nodes of RabbitMQ are on different machines", "they need not", all => Cluster(all).Affinity = null),
        new("One node of RabbitMQ may be away, and not more", "two may",
            all => all.Get<V1PodDisruptionBudget>("rabbitmq").Spec.MaxUnavailable = "2"),
        new("A node of RabbitMQ that is cut off stops", "it goes on", all => Cluster(all).Rabbitmq!.AdditionalConfig = null),
    ];

    private static V1NetworkPolicy Network(Manifests all, string name) => all.Get<V1NetworkPolicy>(name);

    private static ScaledObjectSpec Scaled(Manifests all) => all.Get<ScaledObject>("worker").Spec;

    private static RabbitmqClusterSpec Cluster(Manifests all) => all.Get<RabbitmqCluster>("rabbitmq").Spec;

    private static void ChangeQuery(Manifests all, string old, string replacement)
    {
        var metadata = Scaled(all).Triggers[4].Metadata;
        metadata["query"] = metadata["query"].Replace(old, replacement, StringComparison.Ordinal);
    }
}
