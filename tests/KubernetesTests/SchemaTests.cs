using System.Text.RegularExpressions;
using k8s.Models;
using OfflineActions.Dev;
using YamlDotNet.Core;

namespace OfflineActions.Tests.Kubernetes;

/// <summary>The rendered objects have the fields that their kinds have, and no others.</summary>
public sealed partial class SchemaTests
{
    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Kustomization.Folder, "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Kustomization.Folder, file));

    [Test]
    public void There_are_two_overlays() => Assert.That(Kustomization.Overlays, Is.EqualTo(["production", "single-node"]));

    [TestCaseSource(typeof(Kustomization), nameof(Kustomization.Overlays))]
    public void An_overlay_has_every_service(string overlay) => Assert.That(
        Manifests.Of(overlay).Deployments.Select(deployment => deployment.Metadata.Name),
        Is.EquivalentTo(["gateway", "worker", "operator", "web-client"]));

    [TestCaseSource(typeof(Kustomization), nameof(Kustomization.Overlays))]
    public void Each_object_is_of_a_known_kind_and_is_there_once(string overlay)
    {
        var objects = Manifests.Of(overlay).Objects;
        var names = objects.Cast<k8s.IKubernetesObject<V1ObjectMeta>>()
            .Select(found => $"{found.Kind} {found.Metadata.NamespaceProperty}/{found.Metadata.Name}").ToList();

        Assert.That(objects, Has.Count.EqualTo(Kustomization.GetYaml(overlay).Split("\n---\n").Length));
        Assert.That(names, Is.Unique);
        Assert.That(
            names.Where(name => name.Contains(" /", StringComparison.Ordinal)), Has.All.StartsWith("Namespace "), "Without a namespace.");
    }

    [TestCase("readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true")]
    [TestCase("terminationGracePeriodSeconds: 60", "terminationGraceSeconds: 60")]
    [TestCase("podSelector: {}", "podSelectors: {}")]
    [TestCase("maxUnavailable: 1", "maxUnavailible: 1")]
    [TestCase("minReplicaCount: 2", "minReplicas: 2")]
    [TestCase("queueName: person-requested\n", "queueName: [person-requested]\n")]
    [TestCase("additionalConfig: |", "additionalConfiguration: |")]
    [TestCase("secretTargetRef:", "secretTargetRefs:")]
    [TestCase("containerPort: 8080", "containerPort: http")]
    [TestCase("memory: 512Mi", "memory: [512Mi]")]
    public void A_field_that_does_not_exist_or_has_another_type_is_found(string right, string wrong)
    {
        var yaml = Kustomization.GetYaml("production");

        Assert.That(yaml, Does.Contain(right));
        Assert.That(() => Manifests.Parse(yaml.Replace(right, wrong, StringComparison.Ordinal)), Throws.InstanceOf<YamlException>());
    }

    [TestCaseSource(typeof(Kustomization), nameof(Kustomization.Overlays))]
    public void A_container_listens_at_the_port_of_its_image(string overlay)
    {
        var exposed = Exposed().Matches(File.ReadAllText(Path.Combine(Repository.Root, "deploy", "Dockerfile")))
            .Select(port => port.Groups[1].Value);
        var ports = Manifests.Of(overlay).Containers.Select(found =>
            (found.Container.Name, Port: $"{found.Container.Ports.Single(port => port.Name == "http").ContainerPort}"));

        Assert.That(ports.Where(port => !exposed.Contains(port.Port)), Is.Empty);
    }

    [TestCaseSource(nameof(Files))]
    public void A_file_says_that_it_was_not_run(string file) => Assert.That(
        File.ReadLines(Path.Combine(Kustomization.Folder, file)).First(),
        Is.EqualTo("# Not run: there was no cluster. Rendered and checked by tests/KubernetesTests."));

    [GeneratedRegex(@"(?m)^EXPOSE (\d+)")]
    private static partial Regex Exposed();
}
