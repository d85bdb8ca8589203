using System.Globalization;
using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Monitoring;

/// <summary>Alerts and dashboards use what the system exports.</summary>
[Category("Broker")]
public sealed partial class MonitoringTests
{
    private const string Answered = "answered-7f3a";
    private const string Failed = "failed-7f3a";

    private MonitoredSystem? system;

    private MonitoredSystem Watched => system ?? throw new InvalidOperationException("The system did not start.");

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        system = await MonitoredSystem.StartAsync();
        // An answer after a failover and a delay, a failure, and a request that nobody knows.
        system.Pipeline.Swapi.Faults.FailNext = 2;
        await system.Pipeline.Database.PutAsync(Answered, """{"action":"person_request","personId":4}""");
        await system.Pipeline.UntilStateAsync(Answered, "person_success");
        await system.Pipeline.Database.PutAsync(Failed, """{"action":"person_request","personId":99999}""");
        await system.Pipeline.UntilStateAsync(Failed, "person_failure");
        await system.Pipeline.Database.PutAsync("unknown-7f3a", """{"action":"unheard_of_request"}""");
        await system.Pipeline.UntilQueuedAsync("person-requested_error", 1);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (system is not null)
        {
            await system.DisposeAsync();
        }
    }

    [Test]
    public async Task Every_metric_that_alerts_and_dashboards_name_is_exported()
    {
        var named = MonitoringFiles.RuleExpressions.Concat(MonitoringFiles.DashboardExpressions)
            .SelectMany(MonitoringFiles.FindMetrics).Distinct().Except(["up"]).ToList();
        Assert.That(named, Has.Count.GreaterThan(25).And.All.Match("^(offline_actions|messaging|http|dotnet|rabbitmq)_"));

        var missing = named;
        await Eventually.IsAsync(async () =>
        {
            missing = [.. named.Except((await Watched.ScrapeAsync()).Select(sample => Sample().Match(sample).Groups["name"].Value))];
            return missing.Count == 0;
        });
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public async Task Every_label_of_our_own_metrics_is_in_the_table_and_none_holds_a_document_or_an_unknown_action()
    {
        var table = ReadLabels();
        var samples = await Watched.ScrapeAsync();

        var undocumented =
            from sample in samples.Select(line => Sample().Match(line))
            let name = Suffix().Replace(sample.Groups["name"].Value, "")
            where OwnName().IsMatch(name)
            from Match match in Label().Matches(sample.Groups["labels"].Value)
            let label = match.Groups["label"].Value
            where label != "le" && !label.StartsWith("otel_scope_", StringComparison.Ordinal)
            where !table.TryGetValue(name, out var labels) || !labels.Contains(label)
            select $"{name} {label}";
        Assert.That(undocumented.Distinct(), Is.Empty);
        Assert.That(samples.Where(sample => OwnName().IsMatch(sample)).ToList(), Has.Count.GreaterThan(50));
        Assert.That(samples.Where(sample => Regex.IsMatch(sample, "7f3a|unheard")), Is.Empty);
    }

    [Test]
    public async Task What_happened_was_counted()
    {
        var samples = await Watched.ScrapeAsync();

        Assert.Multiple(() =>
        {
            Assert.That(Sum(samples, "offline_actions_webhooks_received_total", "outcome=\"published\""), Is.EqualTo(2));
            Assert.That(Sum(samples, "offline_actions_webhooks_received_total", "reason=\"unknown_action\""), Is.EqualTo(1));
            Assert.That(Sum(samples, "offline_actions_requests_published_total", "source=\"webhook\""), Is.EqualTo(2));
            Assert.That(Sum(samples, "offline_actions_requests_completed_total", "outcome=\"success\""), Is.EqualTo(1));
            Assert.That(Sum(samples, "offline_actions_requests_completed_total", "error_type=\"person_not_found\""), Is.EqualTo(1));
            Assert.That(Sum(samples, "offline_actions_messages_dead_lettered_total", "queue=\"person-requested_error\""), Is.EqualTo(1));
            Assert.That(Sum(samples, "offline_actions_messages_dead_lettered_total", "queue=\"person-requested_skipped\""), Is.Zero);
            Assert.That(Sum(samples, "offline_actions_messages_delayed_total", "queue=\"person-requested_delay_300ms\""), Is.EqualTo(1));
            Assert.That(Sum(samples, "offline_actions_request_duration_seconds_count", "outcome="), Is.EqualTo(2));
            Assert.That(Sum(samples, "offline_actions_swapi_failovers_total", "reason=\"failed\""), Is.EqualTo(2));
            Assert.That(Sum(samples, "messaging_client_sent_messages_total", "messaging_operation_name=\"publish\""), Is.EqualTo(2));
            Assert.That(
                Sum(samples, "messaging_process_duration_seconds_count", "messaging_destination_name=\"person-requested\""), Is.EqualTo(3));
            Assert.That(Sum(samples, "offline_actions_catch_up_following", "keyspace=\"db\""), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_dead_letter_fires_its_alert()
    {
        var firing = await Eventually.IsAsync(async () => (await Watched.FiringAsync()).Any(labels =>
            (string?)labels["alertname"] == "DeadLetters" && (string?)labels["queue"] == "person-requested_error"));

        Assert.That(firing, Is.True);
        Assert.That((await Watched.FiringAsync()).Select(labels => (string?)labels["alertname"]), Is.All.EqualTo("DeadLetters"));
    }

    [Test]
    public async Task Every_panel_of_a_dashboard_has_data()
    {
        IReadOnlyCollection<string> empty = MonitoringFiles.DashboardExpressions;
        await Eventually.IsAsync(async () =>
        {
            var still = new List<string>();
            foreach (var expression in empty)
            {
                if ((await Watched.QueryAsync(expression)).Count == 0)
                {
                    still.Add(expression);
                }
            }

            empty = still;
            return still.Count == 0;
        });

        Assert.That(empty, Is.Empty);
    }

    private static double Sum(IEnumerable<string> samples, string name, string label) => samples
        .Where(sample => sample.StartsWith(name + "{", StringComparison.Ordinal) && sample.Contains(label, StringComparison.Ordinal))
        .Sum(sample => double.Parse(Sample().Match(sample).Groups["value"].Value, CultureInfo.InvariantCulture));

    /// <summary>The labels of each metric in docs/metrics.md, by its name in Prometheus without the ending.</summary>
    private static Dictionary<string, string[]> ReadLabels() => Row()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md")))
        .ToDictionary(
            row => row.Groups["name"].Value.Replace('.', '_'),
            row => row.Groups["labels"].Value.Split(',').Select(label => label.Trim().Trim('`').Replace('.', '_')).ToArray());

    [GeneratedRegex(@"^(?<name>[a-z_:A-Z0-9]+)(\{(?<labels>.*)\})? (?<value>\S+)")]
    private static partial Regex Sample();

    [GeneratedRegex(@"^(offline_actions|messaging)_")]
    private static partial Regex OwnName();

    [GeneratedRegex(@"(_seconds)?(_total|_bucket|_sum|_count)?$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"(?<label>[a-z_]+)=""")]
    private static partial Regex Label();

    [GeneratedRegex(@"(?m)^\| `(?<name>[a-z_.]+)` \| \w+ \| [^ ]+ \| (?<labels>[^|]*)\|")]
    private static partial Regex Row();
}
