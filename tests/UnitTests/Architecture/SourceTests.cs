using System.Text.RegularExpressions;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Architecture;

/// <summary>What keeps the code readable in one sitting.</summary>
public sealed partial class SourceTests
{
    private static readonly string Services = Path.Combine(Repository.Root, "services");

    [TestCase("Gateway", 15)]
    [TestCase("Worker", 15)]
    [TestCase("Emulators", 15)]
    [TestCase("WebClient", 15)]
    [TestCase("DevHost", 30)]
    public void A_program_shows_itself_at_a_glance(string service, int lines) =>
        Assert.That(File.ReadAllLines(Path.Combine(Services, service, "Program.cs")), Has.Length.LessThanOrEqualTo(lines));

    [Test]
    public void No_file_is_longer_than_three_hundred_lines() =>
        Assert.That(
            Sources(Services).Where(file => File.ReadAllLines(file).Length > 300).Select(file => Path.GetRelativePath(Services, file)),
            Is.Empty);

    [Test]
    public void What_all_services_share_knows_no_word_of_the_domain() =>
        Assert.That(
            Sources(Path.Combine(Services, "ServiceDefaults"))
                .SelectMany(file => File.ReadLines(file).Where(line => DomainWord().IsMatch(line)).Select(line => $"{Path.GetFileName(file)}: {line.Trim()}")),
            Is.Empty);

    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories);

    [GeneratedRegex("document|swapi|webhook|person", RegexOptions.IgnoreCase)]
    private static partial Regex DomainWord();
}
