using OfflineActions.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>What the processes of a version write, compared with the golden files in <c>tests/Fixtures/Wire</c>.</summary>
public sealed class WireTests
{
    /// <summary>Other workers would take other actions, by what is installed on their machine.</summary>
    private static readonly Dictionary<string, string?> PersonsOnly = new() { ["Worker__Actions__0"] = "person" };

    [Test]
    [Category("Broker")]
    public async Task This_version_writes_every_message_as_its_golden_file_has_it()
    {
        var recorded = await WireRecording.RecordAsync(checkout: null, PersonsOnly);

        var kept = await KeepAsync("current", recorded);
        Assert.That(recorded, Is.EqualTo(WireGolden.Read(WireGolden.Current)), $"What it writes is now in {kept}.");
    }

    [Test]
    [Category("Upgrade")]
    public async Task Nothing_that_the_older_version_writes_is_missing_in_this_one()
    {
        if (Environment.GetEnvironmentVariable("UPGRADE_FROM") is not { } older)
        {
            Assert.Ignore("./dev upgrade REF builds the older version and runs this test.");
            return;
        }

        var recorded = await WireRecording.RecordAsync(older);
        await KeepAsync("older", recorded);

        Assert.That(
            WireGolden.FindMissing(WireGolden.Parse(recorded), WireGolden.Parse(WireGolden.Read(WireGolden.Current))), Is.Empty);
    }

    /// <returns>Where it is kept.</returns>
    private static async Task<string> KeepAsync(string name, string recorded)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "wire"));
        var file = Path.Combine(folder.FullName, name + ".json");
        await File.WriteAllTextAsync(file, recorded);
        return file;
    }
}
