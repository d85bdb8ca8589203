using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

/// <summary>What guards against packages with known vulnerabilities, and against packages that change.</summary>
public sealed partial class DependencyTests
{
    private static readonly string[] Generated = ["artifacts", "node_modules", ".git"];

    [Test]
    public void Every_package_is_audited_and_its_version_is_locked()
    {
        var settings = Read("Directory.Build.props");
        foreach (var setting in new[] { "NuGetAuditMode>all<", "TreatWarningsAsErrors>true<", "RestorePackagesWithLockFile>true<" })
        {
            Assert.That(settings, Does.Contain(setting));
        }

        var suppressing = Files("*.props").Concat(Files("*.targets")).Concat(Files("*.csproj")).Where(file => Suppression().IsMatch(Read(file)));
        Assert.That(suppressing, Is.Empty);
    }

    [Test]
    public void Every_lock_file_of_npm_is_audited()
    {
        var folders = Files("package-lock.json").Select(file => Path.GetDirectoryName(file)!.Replace('\\', '/')).ToList();

        Assert.That(folders, Has.Count.GreaterThanOrEqualTo(2));
        Assert.That(folders.Where(folder => !Read(".ci/audit").Contains($"(cd {folder} && npm audit ", StringComparison.Ordinal)), Is.Empty);
        Assert.That(Read(".github/workflows/audit.yml"), Does.Contain("run: .ci/audit"));
    }

    [Test]
    public void The_tool_that_lists_packages_and_licences_has_an_exact_version()
    {
        var tools = JsonNode.Parse(Read(".config/dotnet-tools.json"))!["tools"]!.AsObject();

        Assert.That(tools.Select(tool => tool.Key), Is.EqualTo(["cyclonedx"]));
        Assert.That((string?)tools["cyclonedx"]!["version"], Does.Match(@"^\d+\.\d+\.\d+\z"));
    }

    private static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Repository.Root, pattern, SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.Root, file))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(Generated.Contains));

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    [GeneratedRegex("NuGetAuditSuppress|NuGetAudit>false|NuGetAuditLevel|NU190[0-9]")]
    private static partial Regex Suppression();
}
