using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>The distributed trace of one request.</summary>
[Category("Broker")]
public sealed class TraceTests
{
    [Test]
    public async Task One_trace_covers_everything_from_the_webhook_to_the_write()
    {
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Environment = telemetry.Environment });

        await system.Database.PutAsync("traced", """{"action":"person_request","personId":4}""");
        await system.UntilStateAsync("traced", "person_success");
        Span[] trace = [];
        var complete = await Eventually.IsAsync(() =>
        {
            var webhook = telemetry.Spans.FirstOrDefault(span =>
                span.Kind == 2 && span.Name.StartsWith("POST /webhooks", StringComparison.Ordinal));
            trace = [.. telemetry.Spans.Where(span => span.Trace == webhook?.Trace)];

            // Every span except the webhook's has a parent in the same trace.
            var ids = trace.Select(span => span.Id).ToHashSet();
            return trace.Count(span => span.Kind == 3) >= 3 && trace.All(span => span.Kind == 2 || ids.Contains(span.Parent));
        });

        Assert.That(complete, Is.True, string.Join('\n', telemetry.Spans));
        var shown = string.Join('\n', trace.Select(span => span.ToString()));
        Assert.That(trace.Single(span => span.Kind == 2).Parent, Is.Empty, shown);
        Assert.That(trace, Has.Exactly(1).Matches<Span>(span => span is { Source: "MassTransit", Kind: 4 }), shown);
        Assert.That(
            trace,
            Has.Exactly(1).Matches<Span>(span => span is { Source: "OfflineActions.Worker", Name: "person_request", Kind: 1 }),
            shown);
        Assert.That(
            trace.Where(span => span is { Source: "System.Net.Http", Kind: 3 }).Select(span => span.Name.Split(' ')[0]),
            Is.EquivalentTo(new[] { "GET", "GET", "PUT" }),
            shown);
    }

    [Test]
    public async Task A_delay_does_not_break_the_trace()
    {
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            Environment = new Dictionary<string, string?>(telemetry.Environment) { ["Bus__Delays__0"] = "00:00:00.300" },
        });
        system.Swapi.Faults.FailNext = 2;

        await system.Database.PutAsync("traced", """{"action":"person_request","personId":4}""");
        await system.UntilStateAsync("traced", "person_success");

        Assert.That(await Eventually.IsAsync(() => FindAttempts().Count() == 2), Is.True, string.Join('\n', telemetry.Spans));
        Assert.That(FindAttempts().Select(span => span.Trace).Distinct().Count(), Is.EqualTo(1));

        IEnumerable<Span> FindAttempts() => telemetry.Spans.Where(span => span.Source == "OfflineActions.Worker");
    }
}
