using k8s.Models;

namespace OfflineActions.Tests.Kubernetes;

/// <summary>A mistake in the files of the production overlay, and the policy that finds it.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Change">The mistake.</param>
/// <param name="Apply">Makes it.</param>
internal sealed record Mutation(string Policy, string Change, Action<Manifests> Apply);

/// <summary>At least one mistake for each policy.</summary>
internal static partial class Mutations
{
    public static IReadOnlyList<Mutation> All { get; } =
        [.. OfContainers, .. OfPods, .. OfAvailability, .. OfNetwork, .. OfSettings, .. OfScaling, .. OfProduction];

    public static IEnumerable<object[]> Names => All.Select(mutation => new object[] { mutation.Policy, mutation.Change });

    private static IEnumerable<Mutation> OfContainers =>
    [
        new("A container does not run as root", "the pod says nothing", all => Pod(all, "gateway").SecurityContext = null),
        new("A container does not run as root", "user 0", all => Pod(all, "worker").SecurityContext.RunAsUser = 0),
        new("A container does not run as root", "the container says otherwise",
            all => all.Container("operator").SecurityContext.RunAsNonRoot = false),
        new("The root file system is read-only", "it is not",
            all => all.Container("worker").SecurityContext.ReadOnlyRootFilesystem = false),
        new("The root file system is read-only", "an init container has no security context",
            all => Pod(all, "gateway").InitContainers = [new V1Container { Name = "init", Image = "x/y:1.0.0" }]),
        new("A container cannot gain privileges", "it can",
            all => all.Container("web-client").SecurityContext.AllowPrivilegeEscalation = null),
        new("A container cannot gain privileges", "it has all", all => all.Container("gateway").SecurityContext.Privileged = true),
        new("A container has no capability", "they are kept", all => all.Container("gateway").SecurityContext.Capabilities = null),
        new("A container has no capability", "one comes back",
            all => all.Container("gateway").SecurityContext.Capabilities.Add = ["NET_BIND_SERVICE"]),
        new("A container has the seccomp profile of the runtime", "it has none",
            all => Pod(all, "operator").SecurityContext.SeccompProfile.Type = "Unconfined"),
        new("Memory and CPU are requested and limited", "no limit of CPU", all => all.Container("worker").Resources.Limits.Remove("cpu")),
        new("Memory and CPU are requested and limited", "no request of memory",
            all => all.Container("gateway").Resources.Requests.Remove("memory")),
        new("Memory and CPU are requested and limited", "more requested than allowed",
            all => all.Container("gateway").Resources.Requests["memory"] = new ResourceQuantity("1Gi")),
        new("A container has all three probes", "no startup probe", all => all.Container("gateway").StartupProbe = null),
        new("A container has all three probes", "restarted when it is not ready",
            all => all.Container("worker").LivenessProbe.HttpGet.Path = "/health/ready"),
        new("A probe asks a port of its container", "another number",
            all => all.Container("worker").ReadinessProbe.HttpGet.Port = "8082"),
        new("An image has a registry and an exact version", "latest",
            all => all.Container("worker").Image = "registry.example/worker:latest"),
        new("An image has a registry and an exact version", "no version",
            all => all.Container("worker").Image = "registry.example:5000/worker"),
        new("An image has a registry and an exact version", "no registry", all => all.Container("gateway").Image = "gateway:1.0.0"),
        new("An image has a registry and an exact version", "half a version",
            all => all.Container("gateway").Image = "r.example/gateway:1.0"),
        new("The pictures that a worker reads at a time fit into its memory", "more processors",
            all => all.Container("worker").Resources.Limits["cpu"] = new ResourceQuantity("4")),
        new("The pictures that a worker reads at a time fit into its memory", "less memory",
            all => all.Container("worker").Resources.Limits["memory"] = new ResourceQuantity("2Gi")),
    ];

    private static IEnumerable<Mutation> OfPods =>
    [
        new("A pod has an account of its own, and no token of it", "the default account",
            all => Pod(all, "gateway").ServiceAccountName = "default"),
        new("A pod has an account of its own, and no token of it", "the token is mounted",
            all => all.Get<V1ServiceAccount>("worker").AutomountServiceAccountToken = null),
        new("No Secret is in the repository", "there is one",
            all => all.Objects.Add(new V1Secret { Metadata = new() { Name = "gateway" } })),
        new("Secrets are files that can only be read", "of another service",
            all => Volume(all, "gateway", "secrets").Secret.SecretName = "operator"),
        new("Secrets are files that can only be read", "in another folder",
            all => Mount(all, "worker", "secrets").MountPath = "/run/secrets"),
        new("No secret is an environment variable", "from a Secret",
            all => all.Container("worker").EnvFrom.Add(new() { SecretRef = new() { Name = "worker" } })),
        new("No secret is an environment variable", "a password", all => Set(all, "gateway", "SyncGateway__Password", "x")),
        new("No secret is an environment variable", "in an address", all => Set(all, "gateway", "Bus__Url", "amqp://a:b@rabbitmq")),
        new("Everything that a pod mounts or reads exists", "a ConfigMap does not",
            all => all.Container("worker").EnvFrom[0].ConfigMapRef.Name = "x"),
        new("Everything that a pod mounts or reads exists", "a volume does not", all => Pod(all, "gateway").Volumes.Clear()),
        new("A folder that can be written is limited", "no limit", all => Volume(all, "worker", "tmp").EmptyDir.SizeLimit = null),
        new("A folder that can be written is limited", "a folder of the node",
            all => Pod(all, "gateway").Volumes.Add(new() { Name = "node", HostPath = new() { Path = "/" } })),
        new("A worker can write to /tmp", "it cannot", all => Mount(all, "worker", "tmp").ReadOnlyProperty = true),
        new("The namespace of the services refuses pods with privileges", "it takes them",
            all => all.Get<V1Namespace>("offline-actions").Metadata.Labels["pod-security.kubernetes.io/enforce"] = "baseline"),
    ];

    private static IEnumerable<Mutation> OfAvailability =>
    [
        new("The grace period is longer than preStop and what the service needs to stop", "the default, for a worker",
            all => Pod(all, "worker").TerminationGracePeriodSeconds = null),
        new("The grace period is longer than preStop and what the service needs to stop", "as long as without preStop",
            all => Pod(all, "gateway").TerminationGracePeriodSeconds = 39),
        new("The grace period is longer than preStop and what the service needs to stop", "a longer drain",
            all => Set(all, "worker", "Bus__DrainTimeout", "00:01:00")),
        new("The grace period is longer than preStop and what the service needs to stop", "shorter than a host takes",
            all => Pod(all, "web-client").TerminationGracePeriodSeconds = 30),
        new("A service with clients goes on until no load balancer sends to it", "no preStop",
            all => all.Container("gateway").Lifecycle = null),
        new("Of several copies one may be away, and not more", "no budget",
            all => all.Objects.Remove(all.Get<V1PodDisruptionBudget>("worker"))),
        new("Of several copies one may be away, and not more", "none may",
            all => all.Get<V1PodDisruptionBudget>("gateway").Spec.MaxUnavailable = "0"),
        new("Of several copies one may be away, and not more", "one more service",
            all => all.Get<V1Deployment>("operator").Spec.Replicas = 2),
        new("Several copies are spread over nodes and zones", "not over zones",
            all => Pod(all, "gateway").TopologySpreadConstraints.RemoveAt(1)),
        new("Several copies are spread over nodes and zones", "other pods are",
            all => Pod(all, "worker").TopologySpreadConstraints[0].LabelSelector.MatchLabels["app.kubernetes.io/name"] = "gateway"),
        new("A budget is about pods that exist", "a typo",
            all => all.Get<V1PodDisruptionBudget>("web-client").Spec.Selector.MatchLabels["app.kubernetes.io/name"] = "webclient"),
        new("A Deployment selects its own pods", "a typo",
            all => all.Get<V1Deployment>("worker").Spec.Selector.MatchLabels["app.kubernetes.io/name"] = "workers"),
    ];

    private static V1PodSpec Pod(Manifests all, string name) => all.Get<V1Deployment>(name).Spec.Template.Spec;

    private static V1Volume Volume(Manifests all, string pod, string name) => Pod(all, pod).Volumes.Single(volume => volume.Name == name);

    private static V1VolumeMount Mount(Manifests all, string pod, string name) =>
        all.Container(pod).VolumeMounts.Single(mount => mount.Name == name);

    private static void Set(Manifests all, string container, string setting, string value) =>
        (all.Container(container).Env ??= []).Add(new() { Name = setting, Value = value });
}
