using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Monitoring;

/// <summary>The alerts and dashboards in deploy/observability.</summary>
internal static partial class MonitoringFiles
{
    private static readonly string Observability = Path.Combine(Repository.Root, "deploy", "observability");
    private static readonly string[] Words = ["by", "on", "and", "or", "unless", "le", "without", "ignoring"];

    /// <summary>What prometheus/alerts.yml says.</summary>
    public static string Rules { get; } = File.ReadAllText(Path.Combine(Observability, "prometheus", "alerts.yml"));

    /// <summary>The name and the runbook's address of each alert.</summary>
    public static IReadOnlyList<(string Name, string Runbook)> Alerts { get; } =
        [.. Alert().Matches(Rules).Select(alert => (alert.Groups["name"].Value, alert.Groups["runbook"].Value))];

    /// <summary>The names that rules record under.</summary>
    public static IReadOnlyList<string> Recorded { get; } = [.. Record().Matches(Rules).Select(rule => rule.Groups[1].Value)];

    /// <summary>Every expression of the rules.</summary>
    public static IReadOnlyList<string> RuleExpressions { get; } = [.. Expression().Matches(Rules).Select(rule => rule.Groups[1].Value)];

    /// <summary>Every expression of the dashboards, with the interval that Grafana puts in.</summary>
    public static IReadOnlyList<string> DashboardExpressions { get; } =
    [
        .. from file in Directory.EnumerateFiles(Path.Combine(Observability, "grafana", "dashboards"), "*.json")
           from panel in JsonNode.Parse(File.ReadAllText(file))!["panels"]!.AsArray()
           from target in panel!["targets"]?.AsArray() ?? []
           select ((string)target!["expr"]!).Replace("$__rate_interval", "1m", StringComparison.Ordinal),
    ];

    /// <summary>The names of the metrics in an expression, without those that rules record.</summary>
    public static IEnumerable<string> FindMetrics(string expression) => Name()
        .Matches(Ignored().Replace(expression, " "))
        .Select(match => match.Value)
        .Except(Words)
        .Except(Recorded);

    // Labels in braces, texts, groupings, durations.
    [GeneratedRegex(@"\{[^}]*\}|""[^""]*""|\b(by|on|without|ignoring)\s*\([^)]*\)|\[[^\]]*\]")]
    private static partial Regex Ignored();

    // No function, which a parenthesis follows, and no number.
    [GeneratedRegex(@"\b[a-z_][a-zA-Z0-9_:]*\b(?!\s*\()")]
    private static partial Regex Name();

    [GeneratedRegex(@"- alert: (?<name>\w+)\n(?:(?!- alert)[\s\S])*?runbook_url: (?<runbook>\S+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"- record: (\S+)")]
    private static partial Regex Record();

    [GeneratedRegex(@"expr: \|\n((?: {10}.*\n)+)")]
    private static partial Regex Expression();
}
