using System.Collections.Concurrent;
using OfflineActions.Contracts;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Which messages of one action this worker holds now, and what became of the last attempt that gave no result. For the operator page: no
/// work depends on it.
/// </summary>
internal sealed class HeldRequests(TimeProvider clock)
{
    /// <summary>How many of the held messages are told.</summary>
    private const int MaxTold = 20;

    /// <summary>Longer reasons are cut off.</summary>
    private const int MaxReason = 300;

    private readonly ConcurrentDictionary<HeldRequest, long> held = new();
    private readonly Lock gate = new();
    private AttemptTrouble? lastTrouble;
    private long lastResultTicks;

    /// <summary>A message was delivered. Dispose the result when the worker no longer holds it.</summary>
    public HeldRequest Add(ActionRequested message)
    {
        var request = new HeldRequest(this, message);
        held[request] = clock.GetTimestamp();
        return request;
    }

    /// <summary>An attempt ended with a result, which may be that the request fails for good.</summary>
    public void RecordResult() => Interlocked.Exchange(ref lastResultTicks, clock.GetUtcNow().UtcTicks);

    /// <summary>An attempt gave no result.</summary>
    public void RecordTrouble(string reason)
    {
        lock (gate)
        {
            lastTrouble = new AttemptTrouble(clock.GetUtcNow(), Shorten(reason), (lastTrouble?.Count ?? 0) + 1);
        }
    }

    /// <summary>What the worker does for an action.</summary>
    public ActionPresence Describe(string action, int limit, DateTimeOffset? pausedUntil)
    {
        var oldest = held
            .Select(entry => (entry.Key.Message, Held: clock.GetElapsedTime(entry.Value)))
            .OrderByDescending(entry => entry.Held)
            .Take(MaxTold)
            .Select(entry => new RunningRequest(
                entry.Message.Keyspace, entry.Message.DocumentId, entry.Message.Revision, Math.Round(entry.Held.TotalSeconds, 1)));
        DateTimeOffset? lastResult = Interlocked.Read(ref lastResultTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        lock (gate)
        {
            return new ActionPresence(action, held.Count, limit, [.. oldest], pausedUntil, lastResult, lastTrouble);
        }
    }

    /// <summary>A reason as it is told: it may contain an answer of another server.</summary>
    public static string Shorten(string reason) => reason.Length <= MaxReason ? reason : reason[..MaxReason] + "…";

    internal void Remove(HeldRequest request) => held.TryRemove(request, out _);
}

/// <summary>A message that a worker holds until this is disposed.</summary>
internal sealed class HeldRequest(HeldRequests requests, ActionRequested message) : IDisposable
{
    public ActionRequested Message => message;

    public void Dispose() => requests.Remove(this);
}
