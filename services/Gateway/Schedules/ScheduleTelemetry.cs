using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.Gateway.Schedules;

/// <summary>The spans and metrics of schedules, as source and meter <c>OfflineActions.Gateway</c>.</summary>
internal sealed class ScheduleTelemetry
{
    private static readonly ActivitySource Source = new("OfflineActions.Gateway");

    /// <summary>In seconds, from one in time to one that was missed for days.</summary>
    private static readonly InstrumentAdvice<double> Delays = new()
    {
        HistogramBucketBoundaries = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 3_600, 21_600, 86_400, 604_800],
    };

    private readonly Meter meter;
    private readonly Counter<long> documents;
    private readonly Histogram<double> delay;

    public ScheduleTelemetry(IMeterFactory meters, IOptions<NamedSections<ScheduleOptions>> schedules)
    {
        meter = meters.Create("OfflineActions.Gateway");
        documents = meter.CreateCounter<long>("offline_actions.schedules.documents", "{document}", "Due times that were settled.");
        delay = meter.CreateHistogram(
            "offline_actions.schedules.delay",
            "s",
            "From a due time to its document.",
            tags: null,
            Delays);

        // From zero, so that an alert sees the first one as an increase.
        foreach (var name in schedules.Value.ByName.Keys)
        {
            foreach (var settlement in Enum.GetValues<Settlement>())
            {
                Count(name, settlement, 0);
            }
        }
    }

    /// <summary>Starts the span of writing one document, which begins the trace of its request.</summary>
    /// <returns>Null when no spans are recorded.</returns>
    public static Activity? Start(Schedule schedule, string id) => Source.StartActivity("schedule", ActivityKind.Producer)?
        .SetTag("offline_actions.schedule", schedule.Name)
        .SetTag("offline_actions.keyspace", schedule.Keyspace)
        .SetTag("offline_actions.document_id", id);

    /// <summary>Adds the gauge.</summary>
    /// <param name="measure">The name of each schedule, and how long its oldest due time that is not settled has been due.</param>
    public void Observe(Func<IEnumerable<(string Name, TimeSpan Overdue)>> measure) => meter.CreateObservableGauge(
        "offline_actions.schedules.overdue",
        () => measure().Select(schedule => new Measurement<double>(schedule.Overdue.TotalSeconds, Tag(schedule.Name))),
        "s",
        "How long the oldest due time that is not settled has been due.");

    /// <summary>A due time is settled.</summary>
    public void Settled(string name, Settlement settlement) => Count(name, settlement, 1);

    /// <summary>A document was written so long after its due time.</summary>
    public void Written(string name, TimeSpan late) => delay.Record(late.TotalSeconds, Tag(name));

    private void Count(string name, Settlement settlement, int count) =>
        documents.Add(count, Tag(name), new KeyValuePair<string, object?>("outcome", settlement switch
        {
            Settlement.Written => "written",
            Settlement.Existing => "existing",
            Settlement.Refused => "refused",
            _ => throw new ArgumentOutOfRangeException(nameof(settlement)),
        }));

    private static KeyValuePair<string, object?> Tag(string name) => new("schedule", name);
}

/// <summary>How a due time was settled.</summary>
internal enum Settlement
{
    /// <summary>This gateway wrote the document.</summary>
    Written,

    /// <summary>There is or was a document: most likely another gateway was quicker.</summary>
    Existing,

    /// <summary>Sync Gateway refuses the document.</summary>
    Refused,
}
