using System.Xml.Linq;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Architecture;

/// <summary>Which project may reference which. Gateway and Worker share only the contracts and the libraries.</summary>
public sealed class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["ServiceDefaults"] = [],
        ["SyncGatewayClient"] = ["ServiceDefaults"],
        ["Messaging"] = ["Contracts", "ServiceDefaults"],
        ["Gateway"] = ["Contracts", "Messaging", "ServiceDefaults", "SyncGatewayClient"],
        ["Worker"] = ["Contracts", "Messaging", "ServiceDefaults", "SyncGatewayClient"],
        ["Operator"] = ["Contracts", "Messaging", "ServiceDefaults", "SyncGatewayClient"],
        ["WebClient"] = ["ServiceDefaults"],
        ["EmulatorHosting"] = [],
        ["SwapiEmulator"] = ["EmulatorHosting"],
        ["SyncGatewayEmulator"] = ["EmulatorHosting"],
        ["DevHost"] = ["Gateway", "SwapiEmulator", "SyncGatewayEmulator", "WebClient", "Worker"],
    };

    private static IEnumerable<string> Projects => new[] { "contracts", "services" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories));

    [TestCaseSource(nameof(Projects))]
    public void A_project_references_only_projects_it_may(string path)
    {
        var name = NameOf(path);
        var references = XDocument.Load(path).Descendants("ProjectReference")
            .Select(reference => NameOf(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.That(Allowed, Contains.Key(name), "A new project needs a reason in ARCHITECTURE.md, and a line here.");
        Assert.That(references, Is.SubsetOf(Allowed[name]));
    }

    [Test]
    public void The_contracts_need_no_package() =>
        Assert.That(
            XDocument.Load(Path.Combine(Repository.Root, "contracts", "OfflineActions.Contracts.csproj")).Descendants("PackageReference"), Is.Empty);

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project)["OfflineActions.".Length..];
}
