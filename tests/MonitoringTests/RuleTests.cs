using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Monitoring;

/// <summary>The files of Prometheus and Grafana, checked by promtool and against the runbook.</summary>
public sealed partial class RuleTests
{
    private static readonly string Runbook = File.ReadAllText(Path.Combine(Repository.Root, "deploy", "runbook.md"));
    private static readonly string Tests = File.ReadAllText(Path.Combine(Promtool.Folder, "tests", "alerts.test.yml"));

    [Test]
    public Task The_configuration_and_the_rules_are_valid() => Promtool.RunAsync("check", "config", "prometheus.yml");

    [Test]
    public async Task Every_alert_fires_when_it_should_and_only_then()
    {
        await Promtool.RunAsync("test", "rules", Path.Combine("tests", "alerts.test.yml"));

        var fired = Fired().Matches(Tests).Select(match => match.Groups[1].Value).ToHashSet();
        var silent = Silent().Matches(Tests).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.That(fired, Is.EquivalentTo(MonitoringFiles.Alerts.Select(alert => alert.Name)));
        Assert.That(silent, Is.EquivalentTo(fired));
    }

    [Test]
    public async Task Every_expression_of_a_dashboard_is_valid()
    {
        var rules = new StringBuilder("groups:\n  - name: dashboards\n    rules:\n");
        foreach (var (index, expression) in MonitoringFiles.DashboardExpressions.Index())
        {
            rules.Append(CultureInfo.InvariantCulture, $"      - record: dashboards:expression{index}\n        expr: |\n          {expression}\n");
        }

        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"dashboards-{Guid.NewGuid():N}.yml");
        await File.WriteAllTextAsync(file, rules.ToString());
        try
        {
            Assert.That(MonitoringFiles.DashboardExpressions, Has.Count.GreaterThan(20));
            await Promtool.RunAsync("check", "rules", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void Every_alert_names_its_section_of_the_runbook_and_every_section_is_about_an_alert()
    {
        var sections = Section().Matches(Runbook).Select(match => match.Groups[1].Value).ToList();

        Assert.That(MonitoringFiles.Alerts, Has.Count.GreaterThanOrEqualTo(10));
        Assert.That(MonitoringFiles.Rules.Split("- alert: "), Has.Length.EqualTo(MonitoringFiles.Alerts.Count + 1));
        Assert.That(sections, Is.EquivalentTo(MonitoringFiles.Alerts.Select(alert => alert.Name)));
        Assert.That(
            MonitoringFiles.Alerts.Select(alert => alert.Runbook),
            Is.EqualTo(MonitoringFiles.Alerts.Select(alert => $"deploy/runbook.md#{alert.Name.ToLowerInvariant()}")));
    }

    [Test]
    public void Every_section_of_the_runbook_says_what_it_means_where_to_look_and_what_to_do() =>
        Assert.That(
            Runbook.Split("\n## ")[1..].Where(section => Section().IsMatch("\n## " + section)),
            Is.All.Match(@"\*\*Means\.\*\*[\s\S]+\*\*Look\.\*\*[\s\S]+\*\*Do\.\*\*"));

    // With labels: an alert that fires.
    [GeneratedRegex(@"alertname: (\w+)\n\s+exp_alerts:\n\s+- exp_labels")]
    private static partial Regex Fired();

    [GeneratedRegex(@"alertname: (\w+)\n\s+exp_alerts: \[\]")]
    private static partial Regex Silent();

    // Sections about an alert are one word.
    [GeneratedRegex(@"(?m)^## (\w+)$")]
    private static partial Regex Section();
}
