using System.Text.RegularExpressions;
using System.Xml.Linq;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Architecture;

/// <summary>
/// Which project may reference which. Gateway and Worker share only libraries. Nothing but tests and deploy/ references a project below
/// services/Development.
/// </summary>
public sealed partial class ProjectArrowTests
{
    private const string Prefix = "OfflineActions.";

    private static readonly string[] Shared = ["Contracts", "Messaging", "ServiceDefaults", "SyncGatewayClient"];
    private static readonly string[] Emulators = ["EmulatorHosting", "SwapiEmulator", "SyncGatewayEmulator", "SyncGatewayEmulatorTool"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["ServiceDefaults"] = [],
        ["Messaging"] = ["Contracts", "ServiceDefaults"],
        ["SyncGatewayClient"] = ["ServiceDefaults"],
        ["Gateway"] = Shared,
        ["Worker"] = Shared,
        ["Operator"] = Shared,
        ["WebClient"] = ["ServiceDefaults"],
        ["EmulatorHosting"] = [],
        ["SwapiEmulator"] = ["EmulatorHosting"],
        ["SyncGatewayEmulator"] = ["EmulatorHosting"],
        ["SyncGatewayEmulatorTool"] = ["EmulatorHosting", "SyncGatewayEmulator"],
        ["DevHost"] = [.. Shared, .. Emulators, "Gateway", "Worker", "Operator", "WebClient"],
    };

    private static string Services => Path.Combine(Repository.Root, "services");

    private static IEnumerable<string> Projects => new[] { Path.Combine(Repository.Root, "contracts"), Services }
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
        .Select(project => Path.GetRelativePath(Repository.Root, project));

    [TestCaseSource(nameof(Projects))]
    public void A_project_references_only_what_it_may(string project)
    {
        var name = ReadName(project);

        Assert.That(Allowed, Contains.Key(name), "A new project needs a reason in ARCHITECTURE.md, and a line here.");
        Assert.That(ReadReferences(project), Is.SubsetOf(Allowed[name]));
    }

    [TestCaseSource(nameof(Projects))]
    public void A_project_is_named_after_its_folder(string project) =>
        Assert.That(ReadName(project), Is.EqualTo(Path.GetFileName(Path.GetDirectoryName(project))).IgnoreCase);

    [Test]
    public void The_first_level_of_services_holds_the_programs_of_production_and_two_folders() =>
        Assert.That(
            Directory.EnumerateDirectories(Services).Select(Path.GetFileName),
            Is.EquivalentTo(["Gateway", "Worker", "Operator", "WebClient", "Shared", "Development"]));

    [Test]
    public void The_contracts_need_no_package() =>
        Assert.That(Load(Path.Combine("contracts", "OfflineActions.Contracts.csproj")).Descendants("PackageReference"), Is.Empty);

    [Test]
    public void Only_the_messaging_library_uses_MassTransit_and_RabbitMQ() =>
        Assert.That(
            Directory.EnumerateFiles(Services, "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Services, file))
                .Where(file => !file.StartsWith(Path.Combine("Shared", "Messaging"), StringComparison.Ordinal))
                .Where(file => File.ReadLines(Path.Combine(Services, file)).Any(line => BrokerUsing().IsMatch(line))),
            Is.Empty);

    private static IEnumerable<string> ReadReferences(string project) => Load(project).Descendants("ProjectReference")
        .Select(reference => ReadName(reference.Attribute("Include")!.Value.Replace('\\', '/')));

    private static string ReadName(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        Assert.That(name, Does.StartWith(Prefix));
        return name[Prefix.Length..];
    }

    private static XDocument Load(string project) => XDocument.Load(Path.Combine(Repository.Root, project));

    [GeneratedRegex(@"^\s*(global )?using (static |\w+ = )?(MassTransit|RabbitMQ)\b")]
    private static partial Regex BrokerUsing();
}
