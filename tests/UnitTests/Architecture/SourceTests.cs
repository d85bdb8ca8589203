using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Architecture;

/// <summary>Limits that keep the sources readable, and event ids that identify one log message each.</summary>
public sealed partial class SourceTests
{
    private static readonly string Services = Path.Combine(Repository.Root, "services");

    private static readonly Dictionary<string, int> EventIdRanges = new()
    {
        ["Gateway"] = 1,
        ["Worker"] = 2,
        ["Development/DevHost"] = 3,
        ["Development/EmulatorHosting"] = 4,
        ["Development/SwapiEmulator"] = 4,
        ["Development/SyncGatewayEmulator"] = 4,
        ["Development/SyncGatewayEmulatorTool"] = 4,
        ["Operator"] = 8,
        ["Shared/Messaging"] = 5,
        ["Shared/ServiceDefaults"] = 6,
        ["Shared/SyncGatewayClient"] = 6,
        ["WebClient"] = 7,
    };

    private static IEnumerable<string> Sources => Directory.EnumerateFiles(Services, "*.cs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Services, file).Replace('\\', '/'));

    [TestCase("Gateway", 15)]
    [TestCase("Worker", 15)]
    [TestCase("Operator", 15)]
    [TestCase("WebClient", 15)]
    [TestCase("Development/SwapiEmulator", 15)]
    [TestCase("Development/SyncGatewayEmulatorTool", 15)]
    [TestCase("Development/DevHost", 30)]
    public void The_entry_point_of_a_program_is_short(string program, int lines) =>
        Assert.That(File.ReadAllLines(Path.Combine(Services, program, "Program.cs")), Has.Length.LessThanOrEqualTo(lines));

    [Test]
    public void No_file_is_longer_than_three_hundred_lines() =>
        Assert.That(Sources.Where(file => File.ReadLines(Path.Combine(Services, file)).Count() > 300), Is.Empty);

    [Test]
    public void An_event_id_belongs_to_one_log_message_over_all_programs()
    {
        var events =
            from file in Directory.EnumerateFiles(AppContext.BaseDirectory, "OfflineActions.*.dll")
            from type in Assembly.LoadFrom(file).GetTypes()
            from method in type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select (message.EventId, Name: $"{type.FullName}.{method.Name}");

        Assert.That(events.GroupBy(log => log.EventId).Where(same => same.Count() > 1).SelectMany(same => same), Is.Empty);
        Assert.That(events.Select(log => log.EventId), Is.SupersetOf(ReadEventIds().Select(found => found.Id)), "An assembly is not looked at.");
    }

    [Test]
    public void An_event_id_lies_in_the_thousand_of_its_project() =>
        Assert.That(
            ReadEventIds().Where(found => !EventIdRanges.Any(range =>
                found.File.StartsWith(range.Key + "/", StringComparison.Ordinal) && found.Id / 1_000 == range.Value)),
            Is.Empty);

    /// <summary>A dollar sign also matches in front of a line break at the end, so that a line more would pass a check.</summary>
    [Test]
    public void No_regular_expression_of_the_product_ends_in_a_dollar_sign() =>
        Assert.That(
            from folder in new[] { "contracts", "services", "deploy" }
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            where FinalDollar().IsMatch(File.ReadAllText(file))
            select file,
            Is.Empty);

    private static IEnumerable<(string File, int Id)> ReadEventIds() =>
        from file in Sources
        from Match match in EventId().Matches(File.ReadAllText(Path.Combine(Services, file)))
        select (file, int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"[^\s($@+,""]\$""[,)]")]
    private static partial Regex FinalDollar();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(EventId = )?(?<id>\d+)")]
    private static partial Regex EventId();
}
