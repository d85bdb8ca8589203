using System.Reflection;
using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Gateway;
using OfflineActions.ServiceDefaults;
using OfflineActions.WebClient;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Dev;

public sealed partial class VersionTests
{
    private static readonly string Changelog = File.ReadAllText(Path.Combine(Repository.Root, "CHANGELOG.md"));

    /// <summary>With changes that are not released, a version to come; else the one that is released.</summary>
    [Test]
    public void The_version_that_is_built_and_the_changelog_agree()
    {
        var built = ProgramVersion.Current.Split('+')[0].Split('-');
        var newest = Release().Match(Changelog);
        var hasChanges = Changelog[..newest.Index].Contains("\n- ", StringComparison.Ordinal);

        if (hasChanges)
        {
            Assert.That(Version.Parse(built[0]), Is.GreaterThan(Version.Parse(newest.Groups[1].Value)));
            Assert.That(built[1..], Is.EqualTo(new[] { "dev" }), "Only a release has no suffix.");
        }
        else
        {
            Assert.That(built, Is.EqualTo(new[] { newest.Groups[1].Value }));
        }
    }

    [TestCase(typeof(GatewayOptions))]
    [TestCase(typeof(WorkerOptions))]
    [TestCase(typeof(WebClientOptions))]
    [TestCase(typeof(Repository))]
    public void All_programs_have_the_same_version(Type type) => Assert.That(
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        Is.EqualTo(ProgramVersion.Current.Split('+')[0]));

    [GeneratedRegex(@"(?m)^## ([0-9]+\.[0-9]+\.[0-9]+)")]
    private static partial Regex Release();
}
