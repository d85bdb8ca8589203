using k8s;
using k8s.Models;

namespace OfflineActions.Tests.Kubernetes;

/// <summary>The rendered objects of an overlay.</summary>
internal sealed class Manifests
{
    private static readonly Dictionary<string, Type> CustomResources = new()
    {
        ["keda.sh/v1alpha1/ScaledObject"] = typeof(ScaledObject),
        ["keda.sh/v1alpha1/TriggerAuthentication"] = typeof(TriggerAuthentication),
        ["rabbitmq.com/v1beta1/RabbitmqCluster"] = typeof(RabbitmqCluster),
    };

    private static readonly Dictionary<string, Lazy<Manifests>> Known =
        Kustomization.Overlays.ToDictionary(overlay => overlay, overlay => new Lazy<Manifests>(() => Render(overlay)));

    private Manifests(List<object> objects) => Objects = objects;

    /// <summary>All of them.</summary>
    public List<object> Objects { get; }

    public IEnumerable<V1Deployment> Deployments => Objects.OfType<V1Deployment>();

    public IEnumerable<V1NetworkPolicy> NetworkPolicies => Objects.OfType<V1NetworkPolicy>();

    /// <summary>Every container that is declared here, with its Deployment.</summary>
    public IEnumerable<(V1Deployment Deployment, V1Container Container)> Containers =>
        from deployment in Deployments
        let pod = deployment.Spec.Template.Spec
        from container in pod.Containers.Concat(pod.InitContainers ?? [])
        select (deployment, container);

    /// <summary>Reads the objects. A field that does not exist, or occurs twice, is an error.</summary>
    public static Manifests Parse(string yaml) => new(KubernetesYaml.LoadAllFromString(yaml, CustomResources, strict: true));

    /// <summary>The objects of an overlay. They are shared, so a test does not change them.</summary>
    public static Manifests Of(string overlay) => Known[overlay].Value;

    /// <summary>The same, as new objects, which a test may change.</summary>
    public static Manifests Render(string overlay) => Parse(Kustomization.GetYaml(overlay));

    /// <summary>The object of a type with this name.</summary>
    public T Get<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> => Objects.OfType<T>().Single(found => found.Metadata.Name == name);

    /// <summary>The container of a Deployment, which has the same name.</summary>
    public V1Container Container(string name) => Get<V1Deployment>(name).Spec.Template.Spec.Containers.Single();

    /// <summary>The environment variables of a container: those of ConfigMaps, and its own.</summary>
    public IEnumerable<KeyValuePair<string, string>> GetSettings(V1Container container) =>
    [
        .. (container.EnvFrom ?? []).Where(source => source.ConfigMapRef is not null)
            .SelectMany(source => Objects.OfType<V1ConfigMap>().Where(map => map.Metadata.Name == source.ConfigMapRef.Name))
            .SelectMany(map => map.Data ?? new Dictionary<string, string>()),
        .. (container.Env ?? []).Select(variable => KeyValuePair.Create(variable.Name, variable.Value ?? "")),
    ];

    /// <summary>How many copies of a Deployment there are at least. For one that KEDA scales, KEDA's minimum.</summary>
    public int CountReplicas(V1Deployment deployment) =>
        Objects.OfType<ScaledObject>().FirstOrDefault(scaled => scaled.Spec.ScaleTargetRef.Name == deployment.Metadata.Name) is { } scaled
            ? scaled.Spec.MinReplicaCount ?? 0
            : deployment.Spec.Replicas ?? 1;
}
