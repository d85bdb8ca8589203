using k8s;
using k8s.Models;

namespace OfflineActions.Tests.Kubernetes;

// What this repository uses of the schemas of KEDA 2 and of the RabbitMQ Cluster Operator 2. A field that is not here is refused.

internal abstract class CustomResource : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();
}

internal sealed class ScaledObject : CustomResource
{
    public ScaledObjectSpec Spec { get; set; } = new();
}

internal sealed class ScaledObjectSpec
{
    public ScaleTarget ScaleTargetRef { get; set; } = new();

    public int? MinReplicaCount { get; set; }

    public int? MaxReplicaCount { get; set; }

    public int? PollingInterval { get; set; }

    public ScaleFallback? Fallback { get; set; }

    public ScaleAdvanced? Advanced { get; set; }

    public List<ScaleTrigger> Triggers { get; set; } = [];
}

internal sealed class ScaleTarget
{
    public string Name { get; set; } = "";
}

internal sealed class ScaleFallback
{
    public int FailureThreshold { get; set; }

    public int Replicas { get; set; }
}

internal sealed class ScaleAdvanced
{
    public HorizontalPodAutoscalerConfig? HorizontalPodAutoscalerConfig { get; set; }
}

internal sealed class HorizontalPodAutoscalerConfig
{
    public V2HorizontalPodAutoscalerBehavior? Behavior { get; set; }
}

internal sealed class ScaleTrigger
{
    public string Type { get; set; } = "";

    public string? MetricType { get; set; }

    public Dictionary<string, string> Metadata { get; set; } = [];

    public ScaleTarget? AuthenticationRef { get; set; }
}

internal sealed class TriggerAuthentication : CustomResource
{
    public TriggerAuthenticationSpec Spec { get; set; } = new();
}

internal sealed class TriggerAuthenticationSpec
{
    public List<SecretTarget> SecretTargetRef { get; set; } = [];
}

internal sealed class SecretTarget
{
    public string Parameter { get; set; } = "";

    public string Name { get; set; } = "";

    public string Key { get; set; } = "";
}

internal sealed class RabbitmqCluster : CustomResource
{
    public RabbitmqClusterSpec Spec { get; set; } = new();
}

internal sealed class RabbitmqClusterSpec
{
    public int Replicas { get; set; }

    public string Image { get; set; } = "";

    public RabbitmqTls? Tls { get; set; }

    public RabbitmqPersistence Persistence { get; set; } = new();

    public V1ResourceRequirements Resources { get; set; } = new();

    public long? TerminationGracePeriodSeconds { get; set; }

    public V1Affinity? Affinity { get; set; }

    public RabbitmqConfiguration? Rabbitmq { get; set; }

    public RabbitmqOverride? Override { get; set; }
}

internal sealed class RabbitmqTls
{
    public string? SecretName { get; set; }

    public string? CaSecretName { get; set; }

    public bool DisableNonTLSListeners { get; set; }
}

internal sealed class RabbitmqPersistence
{
    public string? StorageClassName { get; set; }

    public ResourceQuantity? Storage { get; set; }
}

internal sealed class RabbitmqConfiguration
{
    public string? AdditionalConfig { get; set; }

    public string? AdvancedConfig { get; set; }
}

internal sealed class RabbitmqOverride
{
    public RabbitmqStatefulSet? StatefulSet { get; set; }
}

internal sealed class RabbitmqStatefulSet
{
    public RabbitmqStatefulSetSpec? Spec { get; set; }
}

internal sealed class RabbitmqStatefulSetSpec
{
    public V1PodTemplateSpec? Template { get; set; }
}
