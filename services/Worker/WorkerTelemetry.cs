using System.Diagnostics.Metrics;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Worker;

/// <summary>
/// Records how attempts end: on their spans, in the worker's metrics (meter <c>OfflineActions.Worker</c>), and in the summary in its log.
/// </summary>
internal sealed class WorkerTelemetry
{
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

    /// <summary>Records how an attempt ended.</summary>
    public void Record(Attempt attempt, RunOutcome outcome, DateTimeOffset now, AttemptSpan span)
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

        span.End(label, (outcome as RunOutcome.Failed)?.Code);
    }
}
