using System.Text.RegularExpressions;
using k8s.Models;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>What each container may do and use.</summary>
internal static partial class ContainerPolicies
{
    private const decimal WorkerItself = 512 * 1024 * 1024;

    public static IReadOnlyList<Policy> All { get; } =
    [
        new("A container does not run as root", Each((pod, container) =>
            (container.SecurityContext?.RunAsNonRoot ?? pod.SecurityContext?.RunAsNonRoot) is true
            && (container.SecurityContext?.RunAsUser ?? pod.SecurityContext?.RunAsUser) > 0)),
        new("The root file system is read-only", Each((_, container) => container.SecurityContext?.ReadOnlyRootFilesystem is true)),
        new("A container cannot gain privileges", Each((_, container) =>
            container.SecurityContext is { AllowPrivilegeEscalation: false, Privileged: not true })),
        new("A container has no capability", Each((_, container) =>
            container.SecurityContext?.Capabilities is { Drop: ["ALL"], Add: null or { Count: 0 } })),
        new("A container has the seccomp profile of the runtime", Each((pod, container) =>
            (container.SecurityContext?.SeccompProfile ?? pod.SecurityContext?.SeccompProfile)?.Type == "RuntimeDefault")),
        new("Memory and CPU are requested and limited", Each((_, container) =>
            new[] { container.Resources?.Requests, container.Resources?.Limits }.All(resources =>
                resources is not null && resources.ContainsKey("cpu") && resources.ContainsKey("memory"))
            && container.Resources!.Requests.All(request =>
                request.Value.ToDecimal() <= container.Resources.Limits[request.Key].ToDecimal()))),
        new("A container has all three probes", Each((_, container) =>
            container.StartupProbe?.HttpGet?.Path == "/health/live"
            && container.ReadinessProbe?.HttpGet?.Path == "/health/ready"
            && container.LivenessProbe?.HttpGet?.Path == "/health/live")),
        new("A probe asks a port of its container", Each((_, container) =>
            new[] { container.StartupProbe, container.ReadinessProbe, container.LivenessProbe }
                .All(probe => probe?.HttpGet is null || HasPort(container, probe.HttpGet.Port.Value)))),
        new("An image has a registry and an exact version", Each((_, container) => Image().IsMatch(container.Image))),
        new("The pictures that a worker reads at a time fit into its memory", manifests =>
            from found in manifests.Containers
            where found.Container.Name == "worker" && found.Container.Resources?.Limits is { } limits
                && limits.TryGetValue("cpu", out var processors) && limits.TryGetValue("memory", out var memory)
                && (Math.Ceiling(processors.ToDecimal()) * ReadPictureMemory(manifests.GetSettings(found.Container))) + WorkerItself
                    > memory.ToDecimal()
            select "worker: raise the limit of memory, or lower that of CPU"),
    ];

    /// <summary>Whether a container listens on a port, given as its name or its number.</summary>
    public static bool HasPort(V1Container container, string port) =>
        container.Ports?.Any(known => known.Name == port || known.ContainerPort.ToString() == port) is true;

    private static Func<Manifests, IEnumerable<string>> Each(Func<V1PodSpec, V1Container, bool> holds) => manifests =>
        from found in manifests.Containers
        where !holds(found.Deployment.Spec.Template.Spec, found.Container)
        select $"{found.Deployment.Metadata.Name}/{found.Container.Name}";

    private static decimal ReadPictureMemory(IEnumerable<KeyValuePair<string, string>> settings) =>
        settings.Where(setting => setting.Key == $"{ImageTextOptions.Section}__{nameof(ImageTextOptions.MaxMemory)}")
            .Select(setting => long.Parse(setting.Value)).DefaultIfEmpty(new ImageTextOptions().MaxMemory).Last();

    // registry.example:5000/team/gateway:1.2.3, with or without a digest.
    [GeneratedRegex(@"\A[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+:v?[0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?\z")]
    private static partial Regex Image();
}
