using System.Text.RegularExpressions;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Architecture;

/// <summary>The documentation names files and tests. They exist.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string[] Generated = ["artifacts", "node_modules", ".git"];

    private static IEnumerable<string> Documents => Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.Root, file))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(Generated.Contains));

    [TestCaseSource(nameof(Documents))]
    public void Every_link_to_a_file_leads_to_one(string document)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        var targets = Link().Matches(Read(document)).Select(link => link.Groups["target"].Value)
            .Where(target => !target.Contains(':', StringComparison.Ordinal) && !target.StartsWith('#'))
            .Select(target => target.Split('#')[0]);

        Assert.That(targets.Where(target => !Path.Exists(Path.Combine(folder, target))), Is.Empty);
    }

    [TestCase("ARCHITECTURE.md")]
    [TestCase("README.md")]
    [TestCase("CONTRIBUTING.md")]
    public void Every_path_in_backticks_exists_unless_it_is_an_example(string document) =>
        Assert.That(
            Name().Matches(Read(document)).Select(name => name.Groups["path"].Value)
                .Where(path => !path.Contains("WordCount", StringComparison.Ordinal) && !Path.Exists(Path.Combine(Repository.Root, path))),
            Is.Empty);

    [TestCase("ARCHITECTURE.md")]
    [TestCase("CONTRIBUTING.md")]
    [TestCase("tests/README.md")]
    public void Every_test_that_is_named_exists_unless_it_is_an_example(string document)
    {
        var classes = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)).ToHashSet();
        var projects = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "tests")).Select(folder => Path.GetFileName(folder)!);

        Assert.That(
            Test().Matches(Read(document)).Select(test => test.Value).Except(projects).Except(classes)
                .Where(test => !test.StartsWith("WordCount", StringComparison.Ordinal)),
            Is.Empty);
    }

    [TestCase("docs/coming-from-celery.md", 30)]
    [TestCase("deploy/SECURITY.md", 40)]
    public void Every_row_links_to_the_test_that_proves_it(string document, int atLeast)
    {
        var lines = Read(document).Split('\n');
        var rows = lines.Zip(lines.Skip(1))
            .Where(pair => pair.First.StartsWith("| ", StringComparison.Ordinal) && !pair.Second.StartsWith("|--", StringComparison.Ordinal))
            .Select(pair => pair.First);
        var tests = rows.Select(row => (Row: row, Test: TestLink().Match(row))).ToList();

        Assert.That(tests, Has.Count.GreaterThan(atLeast));
        Assert.That(
            tests.Where(row => !row.Test.Success
                || !Read(row.Test.Groups["file"].Value).Contains($" {row.Test.Groups["test"].Value}(", StringComparison.Ordinal))
                .Select(row => row.Row),
            Is.Empty);
    }

    private static string Read(string document) => File.ReadAllText(Path.Combine(Repository.Root, document));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)|src=""(?<target>[^""]+)""")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<path>(contracts|services|deploy|tests)/[A-Za-z0-9_./-]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\[(?<test>\w+)\]\(\.\./(?<file>tests/[\w/]+\.cs)\) \|\z")]
    private static partial Regex TestLink();

    [GeneratedRegex(@"\b[A-Z]\w+Tests\b")]
    private static partial Regex Test();
}
