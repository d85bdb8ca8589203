using System.Diagnostics;
using System.Diagnostics.Metrics;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Worker;

/// <summary>The worker's own spans and metrics, as source and meter <c>OfflineActions.Worker</c>, and the summary in its log.</summary>
internal sealed class WorkerTelemetry
{
    private static readonly ActivitySource Source = new("OfflineActions.Worker");

    private readonly Counter<long> attempts;
    private readonly Histogram<double> age;
    private readonly DoneSummary done;

    public WorkerTelemetry(IMeterFactory meters, DoneSummary done)
    {
        this.done = done;
        var meter = meters.Create("OfflineActions.Worker");
        attempts = meter.CreateCounter<long>("offline_actions.attempts", "{attempt}", "Attempts at a request, by outcome.");
        age = meter.CreateHistogram<double>(
            "offline_actions.request.duration",
            "s",
            "From the first time the gateway saw a request to its result or failure.");
    }

    /// <summary>Starts the span of one attempt.</summary>
    public static Activity? Start(Attempt attempt) => Source.StartActivity(attempt.States.Request)?
        .SetTag("offline_actions.document_id", attempt.Message.DocumentId)
        .SetTag("offline_actions.revision", attempt.Message.Revision)
        .SetTag("offline_actions.attempt", attempt.Number);

    /// <summary>Records how an attempt ended.</summary>
    public void Record(Attempt attempt, RunOutcome outcome, DateTimeOffset now, Activity? span)
    {
        var label = outcome switch
        {
            RunOutcome.Completed { HasWritten: true } => "success",
            RunOutcome.Completed => "nothing_to_do",
            RunOutcome.Failed => "failure",
            _ => "postponed",
        };
        var action = new KeyValuePair<string, object?>("action", attempt.States.Request);
        var result = new KeyValuePair<string, object?>("outcome", label);
        attempts.Add(1, action, result);
        if (outcome is RunOutcome.Failed or RunOutcome.Completed { HasWritten: true })
        {
            age.Record((now - attempt.Message.RequestedAt).TotalSeconds, action, result);
        }

        if (outcome is RunOutcome.Completed { HasWritten: true })
        {
            done.Add(attempt.States.Request);
        }

        span?.SetTag("offline_actions.outcome", label);
        if (outcome is RunOutcome.Failed failed)
        {
            span?.SetStatus(ActivityStatusCode.Error, failed.Code);
        }
    }
}
