using k8s.Models;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>Accounts, secrets and volumes.</summary>
internal static class PodPolicies
{
    private static readonly string[] ServicesWithSecrets = ["gateway", "worker", "operator"];

    public static IReadOnlyList<Policy> All { get; } =
    [
        new("A pod has an account of its own, and no token of it", manifests =>
            from deployment in manifests.Deployments
            let pod = deployment.Spec.Template.Spec
            where pod.ServiceAccountName != deployment.Metadata.Name || pod.AutomountServiceAccountToken is not false
                || !manifests.Objects.OfType<V1ServiceAccount>().Any(account =>
                    account.Metadata.Name == pod.ServiceAccountName && account.AutomountServiceAccountToken is false)
            select deployment.Metadata.Name),
        new("No Secret is in the repository", manifests => manifests.Objects.OfType<V1Secret>().Select(secret => secret.Metadata.Name)),
        new("Secrets are files that can only be read", manifests =>
            from deployment in manifests.Deployments
            where ServicesWithSecrets.Contains(deployment.Metadata.Name) && !MountsSecrets(deployment)
            select deployment.Metadata.Name),
        new("No secret is an environment variable", manifests =>
            from found in manifests.Containers
            where (found.Container.Env ?? []).Any(variable => variable.ValueFrom?.SecretKeyRef is not null)
                || (found.Container.EnvFrom ?? []).Any(source => source.SecretRef is not null)
                || manifests.GetSettings(found.Container).Any(IsSecret)
            select found.Container.Name),
        new("Everything that a pod mounts or reads exists", manifests =>
            from found in manifests.Containers
            let volumes = (found.Deployment.Spec.Template.Spec.Volumes ?? []).Select(volume => volume.Name)
            let maps = manifests.Objects.OfType<V1ConfigMap>().Select(map => map.Metadata.Name)
            where (found.Container.VolumeMounts ?? []).Any(mount => !volumes.Contains(mount.Name))
                || (found.Container.EnvFrom ?? []).Any(source =>
                    source.ConfigMapRef is not null && !maps.Contains(source.ConfigMapRef.Name))
            select found.Container.Name),
        new("A folder that can be written is limited", manifests =>
            from deployment in manifests.Deployments
            from volume in deployment.Spec.Template.Spec.Volumes ?? []
            where volume.HostPath is not null || volume is { EmptyDir.SizeLimit: null, Secret: null, ConfigMap: null }
            select $"{deployment.Metadata.Name}/{volume.Name}"),
        new("A worker can write to /tmp", manifests =>
            from found in manifests.Containers
            where found.Container.Name == "worker"
                && !(found.Container.VolumeMounts ?? []).Any(mount => mount.MountPath == "/tmp" && mount.ReadOnlyProperty is not true)
            select found.Container.Name),
        new("The namespace of the services refuses pods with privileges", manifests =>
            from deployment in manifests.Deployments
            let name = deployment.Metadata.NamespaceProperty
            where !manifests.Objects.OfType<V1Namespace>().Any(space =>
                space.Metadata.Name == name && space.Metadata.Labels?["pod-security.kubernetes.io/enforce"] == "restricted")
            select $"{deployment.Metadata.Name} in {name}"),
    ];

    private static bool MountsSecrets(V1Deployment deployment)
    {
        var pod = deployment.Spec.Template.Spec;
        return pod.Containers.All(container => (container.VolumeMounts ?? []).Any(mount =>
            mount is { MountPath: SecretOptions.DefaultDirectory, ReadOnlyProperty: true, SubPath: null }
            && pod.Volumes.Any(volume => volume.Name == mount.Name && volume.Secret?.SecretName == deployment.Metadata.Name)));
    }

    private static bool IsSecret(KeyValuePair<string, string> setting) =>
        setting.Key.Contains("Password", StringComparison.OrdinalIgnoreCase)
        || setting.Key.StartsWith("Operator__Users__", StringComparison.OrdinalIgnoreCase)
        || (Uri.TryCreate(setting.Value, UriKind.Absolute, out var address) && address.UserInfo.Length > 0);
}
