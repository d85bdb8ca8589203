using OfflineActions.Dev;

namespace OfflineActions.Tests.Architecture;

/// <summary>Limits that keep a file readable in one sitting.</summary>
public sealed class SourceTests
{
    private static readonly string Services = Path.Combine(Repository.Root, "services");

    [TestCase("Gateway", 15)]
    [TestCase("Worker", 15)]
    [TestCase("WebClient", 15)]
    [TestCase("Development/SwapiEmulator", 15)]
    [TestCase("Development/SyncGatewayEmulator", 15)]
    [TestCase("Development/DevHost", 30)]
    public void A_program_starts_in_a_few_lines(string service, int lines) =>
        Assert.That(File.ReadAllLines(Path.Combine(Services, service, "Program.cs")), Has.Length.LessThanOrEqualTo(lines));

    [Test]
    public void No_file_is_longer_than_three_hundred_lines() =>
        Assert.That(
            Directory.EnumerateFiles(Services, "*.cs", SearchOption.AllDirectories)
                .Where(file => File.ReadAllLines(file).Length > 300).Select(file => Path.GetRelativePath(Services, file)),
            Is.Empty);
}
