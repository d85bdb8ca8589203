using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using OfflineActions.Contracts;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Worker;

/// <summary>
/// Records how attempts end: on their spans, in the worker's metrics (meter <c>OfflineActions.Worker</c>), in the summary in its log, and
/// for the operator page.
/// </summary>
internal sealed class WorkerTelemetry
{
    /// <summary>
    /// In seconds, from a quick request to one that used up every delay. 60 s is the limit of the service level objective.
    /// </summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries =
            [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600],
    };

    private readonly Counter<long> attempts;
    private readonly Counter<long> completed;
    private readonly Counter<long> conflicts;
    private readonly Counter<long> delayed;
    private readonly Histogram<double> duration;
    private readonly FailureCodes codes;
    private readonly DoneSummary done;
    private readonly FrozenDictionary<string, ResultWindow> recent;

    public WorkerTelemetry(
        IMeterFactory meters, ActionCatalog catalog, IEnumerable<IActionHandler> handlers, DoneSummary done, TimeProvider clock)
    {
        this.done = done;
        codes = new FailureCodes(handlers);
        recent = catalog.Actions.ToFrozenDictionary(action => action.States.Request, _ => new ResultWindow(clock), StringComparer.Ordinal);
        var meter = meters.Create("OfflineActions.Worker");
        attempts = meter.CreateCounter<long>("offline_actions.attempts", "{attempt}", "Attempts at a request, by how they ended.");
        completed = meter.CreateCounter<long>(
            "offline_actions.requests.completed", "{request}", "Requests that ended with a result or a failure.");
        conflicts = meter.CreateCounter<long>(
            "offline_actions.conflicts", "{conflict}", "Writes that Sync Gateway refused, because the document had changed (409).");
        delayed = meter.CreateCounter<long>("offline_actions.messages.delayed", "{message}", "Messages that were sent to a delay queue.");
        duration = meter.CreateHistogram(
            "offline_actions.request.duration",
            "s",
            "From the time when the gateway first saw a request, or its later notBefore, to its result or failure.",
            tags: null,
            Durations);
        foreach (var action in catalog.Actions)
        {
            Announce(action.States.Request);
        }
    }

    /// <summary>Records how an attempt ended.</summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="notBefore">The document's <c>notBefore</c>, as far as it was read.</param>
    /// <param name="now">The time.</param>
    /// <param name="span">Its span.</param>
    public void Record(Attempt attempt, RunOutcome outcome, DateTimeOffset? notBefore, DateTimeOffset now, AttemptSpan span)
    {
        var request = attempt.States.Request;
        var label = outcome switch
        {
            RunOutcome.Completed { HasWritten: true } => "success",
            RunOutcome.Completed => "nothing_to_do",
            RunOutcome.Failed => "failure",
            _ => "deferred",
        };
        var reason = outcome is RunOutcome.Deferred { Cause: var cause } ? Describe(cause) : "";
        attempts.Add(1, new("action", request), new("outcome", label), new("reason", reason));
        if (outcome is RunOutcome.Failed or RunOutcome.Completed { HasWritten: true })
        {
            var since = notBefore > attempt.Message.RequestedAt ? notBefore.Value : attempt.Message.RequestedAt;
            var seconds = (now - since).TotalSeconds;
            duration.Record(seconds, new("action", request), new("outcome", label));
            recent[request].Record(seconds, isFailure: outcome is RunOutcome.Failed);
            Complete(1, request, label, outcome is RunOutcome.Failed { Code: var code } ? codes.ToLabel(code) : "");
        }

        if (outcome is RunOutcome.Completed { HasWritten: true })
        {
            done.Add(request);
        }

        span.End(label, (outcome as RunOutcome.Failed)?.Code);
    }

    /// <summary>The requests of an action that were answered in the last minutes.</summary>
    public RecentResults DescribeRecent(ActionContract action) => recent[action.States.Request].Describe();

    /// <summary>A write met a conflict (409).</summary>
    public void RecordConflict(Attempt attempt) => conflicts.Add(1, new KeyValuePair<string, object?>("action", attempt.States.Request));

    /// <summary>A message is in the delay queue for <paramref name="delay"/>.</summary>
    public void RecordDelay(ActionContract action, TimeSpan delay, Lane lane)
    {
        if (delayed.Enabled)
        {
            delayed.Add(1, new("action", action.States.Request), new("queue", action.Queues.Delay(delay, lane)));
        }
    }

    // From zero, so that an alert sees the first one as an increase.
    private void Announce(string request)
    {
        conflicts.Add(0, new KeyValuePair<string, object?>("action", request));
        Complete(0, request, "success", "");
        foreach (var code in codes.Labels)
        {
            Complete(0, request, "failure", code);
        }
    }

    private void Complete(int count, string request, string outcome, string code) =>
        completed.Add(count, new("action", request), new("outcome", outcome), new("error.type", code));

    private static string Describe(DeferralCause cause) => cause switch
    {
        DeferralCause.TransientFailure => "transient_failure",
        DeferralCause.SyncGatewayUnavailable => "sync_gateway_unavailable",
        DeferralCause.Forbidden => "forbidden",
        DeferralCause.NotBefore => "not_before",
        _ => throw new ArgumentOutOfRangeException(nameof(cause)),
    };
}
