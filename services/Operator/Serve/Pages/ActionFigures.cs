using OfflineActions.Operator.Serve.State;
using OfflineActions.ServiceDefaults.Logging;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>How much of an action is done, and how quickly, in words.</summary>
internal static class ActionFigures
{
    /// <summary>How many circuit breakers that are not closed are named.</summary>
    private const int MaxBreakers = 5;

    public static Html Show(ActionOverview action) => Html.Of($"""
        <dl>
        <div><dt>Came in</dt><dd>{DescribeIn(action.InPerSecond)}</dd></div>
        <div><dt>Done</dt><dd>{DescribeDone(action.Results)}</dd></div>
        <div><dt>Request to result</dt><dd>{DescribeDuration(action.Results)}</dd></div>
        <div><dt>Circuit breaker</dt><dd>{DescribeBreakers(action.Breakers)}</dd></div>
        </dl>
        """);

    /// <summary>What the circuit breaker of one worker does.</summary>
    public static string DescribeBreaker(BreakerOverview breaker) => breaker switch
    {
        { OpenUntil: { } until } => $"open until {Words.Time(until)}, because nearly all attempts fail",
        { HalfOpenLimit: { } limit } => $"half-open: after a pause, {limit} at a time are tried",
        _ => "closed",
    };

    /// <param name="breakers">Of each worker that says it.</param>
    public static string DescribeBreakers(IReadOnlyList<BreakerOverview> breakers)
    {
        if (breakers.Count == 0)
        {
            return "Unknown: no worker says it.";
        }

        var closed = breakers.Count(breaker => breaker.State is BreakerState.Closed);
        var others = breakers.Where(breaker => breaker.State is not BreakerState.Closed).ToArray();
        string[] words =
        [
            .. closed > 0 ? [$"Closed in {Words.Count(closed, "worker")}."] : Array.Empty<string>(),
            .. others.Take(MaxBreakers).Select(breaker => $"Worker {VisibleText.Escape(breaker.Worker)}: {DescribeBreaker(breaker)}."),
            .. others.Length > MaxBreakers ? [$"{others.Length - MaxBreakers} more are not closed."] : Array.Empty<string>(),
        ];
        return string.Join(' ', words);
    }

    /// <param name="perSecond">Messages that came into the work queue, a second; null when unknown.</param>
    public static string DescribeIn(double? perSecond) => perSecond is { } rate
        ? $"{DescribeRate(rate)} came in during the last minute: new ones, and those that are tried again."
        : "Unknown: RabbitMQ's management API is not configured (Operator:Management), cannot be reached, or has seen no message yet.";

    /// <param name="results">What workers say; null when none says it.</param>
    public static string DescribeDone(ResultsOverview? results) => results is null
        ? "Unknown: no worker says it."
        : $"{Words.Count(results.DoneInMinute, "result")} and {Words.Count(results.FailedInMinute, "failure")} for good in the last minute."
            + DescribeSilent(results);

    /// <param name="results">What workers say; null when none says it.</param>
    public static string DescribeDuration(ResultsOverview? results) => results switch
    {
        null => "Unknown: no worker says it.",
        { Duration: { } time } =>
            $"p50 {Words.Seconds(time.P50Seconds)}, p95 {Words.Seconds(time.P95Seconds)}, p99 {Words.Seconds(time.P99Seconds)}, of "
                + $"{Words.Count(results.InFiveMinutes, "answer")} in the last 5 minutes, failures for good among them.",
        _ => "No results in the last 5 minutes.",
    };

    /// <summary>When the messages of a delay queue are due, to add to what the queue is for; nothing for any other queue, or an empty one.</summary>
    public static string DescribeDue(QueueOverview queue, DateTimeOffset now)
    {
        if (queue.AllDueWithinSeconds is not { } seconds)
        {
            return "";
        }

        var bound = Words.Duration(TimeSpan.FromSeconds(seconds));
        return queue.NextDueAt is not { } next ? $"; all are due within {bound}"
            : next <= now ? $"; the next is due now, the last within {bound}"
            : $"; the next is due in about {Words.Duration(next - now)}, the last within {bound}";
    }

    private static string DescribeRate(double perSecond) => perSecond >= 1
        ? $"{Words.Number(perSecond, "#,0.#")} {(Math.Round(perSecond, 1) is 1 ? "message" : "messages")} a second"
        : $"{Words.Count(Math.Round(60 * perSecond), "message")} a minute";

    private static string DescribeSilent(ResultsOverview results) => results.SilentWorkers == 0
        ? ""
        : $" {Words.Count(results.SilentWorkers, "worker")} of an older version {(results.SilentWorkers == 1 ? "does" : "do")} not say it.";
}
