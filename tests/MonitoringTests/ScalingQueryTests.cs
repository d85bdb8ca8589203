using System.Text.RegularExpressions;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Monitoring;

/// <summary>What KEDA asks Prometheus to find out how many workers are needed, in deploy/kubernetes.</summary>
public sealed partial class ScalingQueryTests
{
    private static readonly string Query = string.Join(' ', Folded()
        .Match(File.ReadAllText(Path.Combine(Repository.Root, "deploy", "kubernetes", "overlays", "production", "autoscaling.yaml")))
        .Groups["query"].Value.Split('\n').Select(line => line.Trim())).Trim();

    [TestCase("work", 5, 0, 300)]
    [TestCase("bulk", 5, 0, 300)]
    [TestCase("delayed", 0, 0, 0)]
    [TestCase("paused", 5, 1, 0)]
    public async Task Only_a_request_that_a_worker_could_take_asks_for_workers(string state, int ready, int paused, int expected)
    {
        var queue = state == "bulk" ? "person-requested_bulk" : "person-requested";
        var file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"scaling-{state}-{Guid.NewGuid():N}.yml");
        await File.WriteAllTextAsync(file, $$"""
            tests:
              - interval: 1m
                input_series:
                  - { series: 'offline_actions_requests_oldest_age_seconds{keyspace="db"}', values: '300x5' }
                  - { series: 'offline_actions_requests_oldest_age_seconds{keyspace="db2"}', values: '20x5' }
                  - { series: 'rabbitmq_detailed_queue_messages_ready{queue="{{queue}}"}', values: '{{ready}}x5' }
                  - { series: 'rabbitmq_detailed_queue_messages_ready{queue="person-requested_delay_1m"}', values: '7x5' }
                  - { series: 'rabbitmq_detailed_queue_messages{queue="person-requested_paused"}', values: '{{paused}}x5' }
                promql_expr_test:
                  - expr: '{{Query}}'
                    eval_time: 2m
                    exp_samples: [{ labels: '{}', value: {{expected}} }]
              # Before the first gateway has started.
              - interval: 1m
                promql_expr_test:
                  - expr: '{{Query}}'
                    eval_time: 2m
                    exp_samples: [{ labels: '{}', value: 0 }]
            """);
        try
        {
            Assert.That(Query, Does.StartWith("(max(").And.EndsWith("vector(0)"));
            await Promtool.RunAsync("test", "rules", file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"query: >-\n(?<query>(?: {10}.*\n)+)")]
    private static partial Regex Folded();
}
