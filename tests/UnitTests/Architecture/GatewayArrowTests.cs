using System.Text.RegularExpressions;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Architecture;

/// <summary>
/// Which folder of the gateway may use which: Webhooks and CatchUp use Publishing, which uses neither. Webhooks uses CatchUp only to wake it.
/// Schedules uses none of them: it writes documents, and Sync Gateway tells the others.
/// </summary>
public sealed partial class GatewayArrowTests
{
    private static readonly string Gateway = Path.Combine(Repository.Root, "services", "Gateway");

    [TestCase("Publishing", "")]
    [TestCase("CatchUp", "Publishing")]
    [TestCase("Webhooks", "Publishing, CatchUp")]
    [TestCase("Schedules", "")]
    public void A_folder_uses_only_folders_it_may(string folder, string allowed)
    {
        var used = Sources(Path.Combine(Gateway, folder), SearchOption.AllDirectories).SelectMany(Folders).Distinct();

        Assert.That(used, Is.SubsetOf(allowed.Split(", ").Append(folder)));
    }

    [Test]
    public void Only_the_module_joins_the_folders()
    {
        var users = Sources(Gateway, SearchOption.TopDirectoryOnly).Where(file => Folders(file).Any()).Select(Path.GetFileName);

        Assert.That(users, Is.EqualTo(new[] { "GatewayModule.cs" }));
    }

    [Test]
    public void Webhooks_only_wake_catch_up()
    {
        var calls = Sources(Path.Combine(Gateway, "Webhooks"), SearchOption.AllDirectories)
            .Where(file => Folders(file).Contains("CatchUp"))
            .SelectMany(file => CatchUpMember().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["member"].Value);

        Assert.That(calls, Is.EqualTo(new[] { "Wake" }));
    }

    private static string[] Sources(string folder, SearchOption depth) =>
        [.. Directory.EnumerateFiles(folder, "*.cs", depth)];

    private static IEnumerable<string> Folders(string file) =>
        UsedFolder().Matches(File.ReadAllText(file)).Select(match => match.Groups["folder"].Value);

    [GeneratedRegex(@"^using OfflineActions\.Gateway\.(?<folder>\w+)", RegexOptions.Multiline)]
    private static partial Regex UsedFolder();

    [GeneratedRegex(@"\bcatchUp\.(?<member>\w+)")]
    private static partial Regex CatchUpMember();
}
