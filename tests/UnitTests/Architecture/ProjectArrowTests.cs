using System.Xml.Linq;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Architecture;

/// <summary>Who may know whom. The gateway and the worker meet in the contracts and nowhere else.</summary>
public sealed class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Emulators"] = [],
        ["SyncGateway"] = [],
        ["ServiceDefaults"] = ["Contracts"],
        ["Gateway"] = ["Contracts", "ServiceDefaults", "SyncGateway"],
        ["Worker"] = ["Contracts", "ServiceDefaults", "SyncGateway"],
        ["WebClient"] = ["ServiceDefaults"],
        ["DevHost"] = ["Emulators", "Gateway", "WebClient", "Worker"],
        ["Operator"] = ["Contracts", "ServiceDefaults", "SyncGateway"],
    };

    private static IEnumerable<string> Projects => new[] { "contracts", "services" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories));

    [TestCaseSource(nameof(Projects))]
    public void A_project_knows_only_those_it_may(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var known = XDocument.Load(path).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.That(Allowed, Contains.Key(name), "A new project needs a reason in ARCHITECTURE.md, and a line here.");
        Assert.That(known, Is.SubsetOf(Allowed[name]));
    }

    [Test]
    public void The_contracts_need_no_package() =>
        Assert.That(
            XDocument.Load(Path.Combine(Repository.Root, "contracts", "Contracts.csproj")).Descendants("PackageReference"), Is.Empty);
}
