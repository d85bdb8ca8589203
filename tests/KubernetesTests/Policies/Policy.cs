namespace OfflineActions.Tests.Kubernetes.Policies;

/// <summary>A rule that all rendered objects keep.</summary>
/// <param name="Name">What holds, as a sentence.</param>
/// <param name="FindViolations">What does not, with the name of the object.</param>
internal sealed record Policy(string Name, Func<Manifests, IEnumerable<string>> FindViolations)
{
    /// <summary>Every rule.</summary>
    public static IReadOnlyList<Policy> All { get; } =
    [
        .. ContainerPolicies.All,
        .. PodPolicies.All,
        .. AvailabilityPolicies.All,
        .. NetworkRules.All,
        .. SettingPolicies.All,
        .. ScalingPolicies.All,
        .. BrokerPolicies.All,
        .. ProductionPolicies.All,
    ];

    public override string ToString() => Name;
}
