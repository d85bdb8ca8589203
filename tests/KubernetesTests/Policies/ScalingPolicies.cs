using System.Text.RegularExpressions;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>How KEDA scales workers.</summary>
internal static partial class ScalingPolicies
{
    private static readonly Dictionary<string, string[]> Parameters = new()
    {
        ["rabbitmq"] = ["host", "protocol", "queueName", "mode", "value"],
        ["prometheus"] = ["serverAddress", "query", "threshold"],
    };

    private static readonly string[] Queues =
    [
        .. ActionCatalog.Default.Actions.SelectMany(action => Enum.GetValues<Lane>().Select(action.Queues.WorkOf)),
    ];

    private static readonly string[] AllQueues =
    [
        .. ActionCatalog.Default.Actions
            .SelectMany(action => new ActionTopology(action.Queues, new BusOptions().EffectiveDelays).Queues)
            .Select(queue => queue.Name),
    ];

    /// <summary>The metrics of docs/metrics.md, as Prometheus names them, without their units.</summary>
    private static readonly string[] Metrics =
    [
        .. MetricName().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md")))
            .Select(row => (Name: row.Groups["name"].Value.Replace('.', '_'), Unit: row.Groups["unit"].Value))
            .Select(metric => metric.Unit == "s" ? metric.Name + "_seconds" : metric.Name),
    ];

    public static IReadOnlyList<Policy> All { get; } =
    [
        new("KEDA scales a Deployment that exists and has no number of its own", EachScaled((manifests, scaled) =>
            manifests.Deployments.Any(deployment => deployment.Metadata.Name == scaled.Spec.ScaleTargetRef.Name
                && deployment.Metadata.NamespaceProperty == scaled.Metadata.NamespaceProperty && deployment.Spec.Replicas is null))),
        new("There is always a worker", manifests =>
            [
                .. EachScaled((_, scaled) => scaled.Spec is { MinReplicaCount: >= 1 } spec && spec.MaxReplicaCount >= spec.MinReplicaCount
                    && spec.Fallback?.Replicas >= spec.MinReplicaCount)(manifests),
                .. manifests.Deployments.Where(deployment => manifests.CountReplicas(deployment) < 1).Select(found => found.Metadata.Name),
            ]),
        new("Workers follow the length of each lane of each action", manifests =>
            from scaled in manifests.Objects.OfType<ScaledObject>()
            let followed = scaled.Spec.Triggers.Where(trigger => trigger.Type == "rabbitmq")
                .Select(trigger => trigger.Metadata.GetValueOrDefault("queueName") ?? "")
            from queue in Queues.Except(followed).Select(queue => $"{queue} has no trigger")
                .Concat(followed.Except(Queues).Select(queue => $"{queue} is no work queue"))
            select queue),
        new("A trigger has the parameters of its type", EachScaled((_, scaled) =>
            scaled.Spec.Triggers.All(trigger => Parameters.TryGetValue(trigger.Type, out var known)
                && trigger.Metadata.Keys.Order().SequenceEqual(known.Order())
                && (trigger.Type != "rabbitmq" || (trigger.Metadata["protocol"], trigger.Metadata["mode"]) == ("amqp", "QueueLength"))))),
        new("A query asks for metrics that exist", manifests =>
            from scaled in manifests.Objects.OfType<ScaledObject>()
            from trigger in scaled.Spec.Triggers
            from Match metric in QueriedMetric().Matches(trigger.Metadata.GetValueOrDefault("query") ?? "")
            where !metric.Value.StartsWith("rabbitmq_detailed_queue_messages", StringComparison.Ordinal) && !Metrics.Contains(metric.Value)
            select metric.Value),
        new("Workers follow the age of the oldest request", EachScaled((_, scaled) => scaled.Spec.Triggers.Any(trigger =>
            trigger.Type == "prometheus"
            && trigger.Metadata["query"].Contains("offline_actions_requests_oldest_age_seconds", StringComparison.Ordinal)))),
        new("A query is about the queues of the catalog", manifests =>
            from scaled in manifests.Objects.OfType<ScaledObject>()
            from trigger in scaled.Spec.Triggers
            from Match match in QueuePattern().Matches(trigger.Metadata.GetValueOrDefault("query") ?? "")
            let queried = AllQueues.Where(queue => Regex.IsMatch(queue, $@"\A(?:{match.Groups[1].Value})\z"))
            where !Queues.Order().SequenceEqual(queried.Order())
            select $"{match.Groups[1].Value} should be: {string.Join(", ", Queues)}"),
        new("KEDA asks the broker of the workers", manifests =>
            from scaled in manifests.Objects.OfType<ScaledObject>()
            let brokers = manifests.GetSettings(manifests.Container(scaled.Spec.ScaleTargetRef.Name))
                .Where(setting => setting.Key == "Bus__Url").Select(setting => setting.Value)
            from trigger in scaled.Spec.Triggers
            where trigger.Type == "rabbitmq" && !brokers.Contains(trigger.Metadata.GetValueOrDefault("host"))
            select trigger.Metadata.GetValueOrDefault("queueName")),
        new("KEDA signs in with files of a Secret that exists", manifests =>
            from scaled in manifests.Objects.OfType<ScaledObject>()
            from trigger in scaled.Spec.Triggers
            where trigger.Type == "rabbitmq" && !manifests.Objects.OfType<TriggerAuthentication>().Any(found =>
                found.Metadata.Name == trigger.AuthenticationRef?.Name
                && found.Metadata.NamespaceProperty == scaled.Metadata.NamespaceProperty
                && found.Spec.SecretTargetRef is [{ Parameter: "username" } user, { Parameter: "password" } password, ..]
                && new[] { user, password }.All(secret =>
                    Examples.GetSecrets(secret.Name).Any(example => example.Key == secret.Key)))
            select scaled.Metadata.Name),
    ];

    private static Func<Manifests, IEnumerable<string>> EachScaled(Func<Manifests, ScaledObject, bool> holds) => manifests =>
        manifests.Objects.OfType<ScaledObject>().Where(scaled => !holds(manifests, scaled)).Select(scaled => scaled.Metadata.Name);

    [GeneratedRegex(@"(?m)^\| `(?<name>[a-z_.]+)` \| \w+ \| (?<unit>[^|]+) \|")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\b(offline_actions|rabbitmq|messaging)_[a-z_]+")]
    private static partial Regex QueriedMetric();

    // The pattern of work queues; that of paused ones begins with a dot.
    [GeneratedRegex(@"queue=~""([^.""][^""]*)""")]
    private static partial Regex QueuePattern();
}
