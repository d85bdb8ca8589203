using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed class LockFileTests
{
    private static IEnumerable<string> Projects => new[] { "contracts", "deploy", "services", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories))
        .Select(project => Path.GetRelativePath(Repository.Root, project));

    [TestCaseSource(nameof(Projects))]
    public void Every_project_has_a_lock_file_that_names_no_host(string project)
    {
        var file = Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "packages.lock.json");

        Assert.That(file, Does.Exist);
        Assert.That(File.ReadAllText(file), Does.Not.Contain("://"));
    }
}
