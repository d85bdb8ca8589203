using OfflineActions.Tests.Kubernetes.Policies;

namespace OfflineActions.Tests.Kubernetes;

/// <summary>Every overlay keeps every rule, and every rule finds what breaks it.</summary>
public sealed class PolicyTests
{
    private static IEnumerable<object[]> OverlaysAndPolicies =>
        from overlay in Kustomization.Overlays
        from policy in Policy.All
        select new object[] { overlay, policy.Name };

    [TestCaseSource(nameof(OverlaysAndPolicies))]
    public void An_overlay_keeps_a_policy(string overlay, string policy) =>
        Assert.That(Find(policy).FindViolations(Manifests.Of(overlay)), Is.Empty);

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Names))]
    public void A_policy_finds_what_breaks_it(string policy, string change)
    {
        var manifests = Manifests.Render("production");

        Mutations.All.Single(mutation => mutation.Policy == policy && mutation.Change == change).Apply(manifests);

        Assert.That(Find(policy).FindViolations(manifests), Is.Not.Empty);
    }

    [Test]
    public void Each_policy_is_seen_to_fail() => Assert.That(
        Mutations.All.Select(mutation => mutation.Policy).Distinct(),
        Is.EquivalentTo(Policy.All.Select(policy => policy.Name)));

    private static Policy Find(string name) => Policy.All.Single(policy => policy.Name == name);
}
