using Microsoft.Extensions.Options;

namespace OfflineActions.Messaging.Topology;

/// <summary>
/// Detects that published messages may be lost: a new broker, or a queue that was deleted, even if it was declared again. A marker is a
/// set of exchanges under a unique name, one bound to each queue. The broker deletes such an exchange together with its queue.
/// </summary>
/// <remarks>Each checkpoint has its own marker, because several processes store checkpoints and each knows only the queues that it saw.</remarks>
public sealed class BrokerIncarnation(IOptions<BusOptions> options)
{
    private readonly Lock gate = new();
    private readonly List<WatchedMarker> watched = [];
    private TaskCompletionSource checkRequest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when <see cref="CheckNow"/> is called.</summary>
    internal Task CheckRequested => checkRequest.Task;

    /// <summary>The markers that are watched now.</summary>
    internal IReadOnlyList<WatchedMarker> Watched
    {
        get
        {
            lock (gate)
            {
                return [.. watched];
            }
        }
    }

    /// <summary>A marker that was complete at the last check; null before. A marker that is gone is replaced by it.</summary>
    internal string? Current { get; set; }

    /// <summary>Watches a marker until the result is disposed.</summary>
    /// <param name="name">The marker's saved name; null when none was saved. What is no name of a marker counts as none.</param>
    public WatchedMarker Watch(string? name)
    {
        var isInMemory = options.Value.Transport is BusTransport.InMemory;
        var marker = new WatchedMarker(isInMemory || !IncarnationExchanges.IsMarker(name) ? null : name, isInMemory, Forget);
        lock (gate)
        {
            watched.Add(marker);
        }

        CheckNow();
        return marker;
    }

    /// <summary>Requests a check now, because a queue seems to be missing.</summary>
    public void CheckNow()
    {
        lock (gate)
        {
            checkRequest.TrySetResult();
        }
    }

    internal void ResetCheckRequest()
    {
        lock (gate)
        {
            if (checkRequest.Task.IsCompleted)
            {
                checkRequest = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private void Forget(WatchedMarker marker)
    {
        lock (gate)
        {
            watched.Remove(marker);
        }
    }
}

/// <summary>The marker of one checkpoint, watched until it is disposed.</summary>
public sealed class WatchedMarker : IDisposable
{
    private readonly Action<WatchedMarker> forget;
    private volatile MarkerState state;

    internal WatchedMarker(string? name, bool isInMemory, Action<WatchedMarker> forget) =>
        (state, this.forget) = (new MarkerState(name, isInMemory ? 1 : 0, isInMemory), forget);

    /// <summary><see cref="State"/> has changed. Raised on the thread that checks.</summary>
    public event Action? Changed;

    /// <summary>What was found at the last check.</summary>
    public MarkerState State => state;

    /// <summary>Ends the watch. The marker stays, for the checkpoint that names it.</summary>
    public void Dispose() => forget(this);

    internal void SetConfirmed() => Set(state with { IsKnown = true });

    internal void SetReplaced(string name) => Set(new MarkerState(name, state.Losses + 1, IsKnown: true));

    private void Set(MarkerState found)
    {
        if (found != state)
        {
            state = found;
            Changed?.Invoke();
        }
    }
}

/// <summary>What a check of a marker has found.</summary>
/// <param name="Name">Its name; null before the first check of a new one, and with the in-memory transport.</param>
/// <param name="Losses">How often messages that were published before may have been lost, since the watch began.</param>
/// <param name="IsKnown">Whether the broker was checked, so that <paramref name="Losses"/> is valid.</param>
public sealed record MarkerState(string? Name, long Losses, bool IsKnown)
{
    /// <summary>Before any watch.</summary>
    public static MarkerState Unknown { get; } = new(null, 0, IsKnown: false);
}
