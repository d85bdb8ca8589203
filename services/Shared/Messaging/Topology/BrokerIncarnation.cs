using Microsoft.Extensions.Options;

namespace OfflineActions.Messaging.Topology;

/// <summary>
/// Detects that published messages may be lost: a new broker, or a queue that was deleted, even if it was declared again. The marker is a
/// set of exchanges under a unique name, one bound to each queue. The broker deletes such an exchange together with its queue.
/// </summary>
public sealed class BrokerIncarnation(IOptions<BusOptions> options)
{
    private readonly Lock gate = new();
    private TaskCompletionSource checkRequest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long epoch;

    /// <summary>Changes when messages published before may be lost.</summary>
    public long Epoch => Interlocked.Read(ref epoch);

    /// <summary>The marker's name at the last check; null before the first check and with the in-memory transport.</summary>
    public string? Name { get; private set; }

    /// <summary>Whether the broker was checked, so that <see cref="Epoch"/> is valid.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Whether <see cref="Watch"/> was called.</summary>
    internal bool IsWatched { get; private set; }

    /// <summary>Completes when <see cref="CheckNow"/> is called.</summary>
    internal Task CheckRequested => checkRequest.Task;

    /// <summary>
    /// Starts to watch for a new incarnation. Only the first call has an effect.
    /// </summary>
    /// <param name="name">The marker's last saved name; null when none was saved.</param>
    public void Watch(string? name)
    {
        lock (gate)
        {
            if (IsWatched)
            {
                return;
            }

            IsWatched = true;
            if (options.Value.Transport is BusTransport.InMemory)
            {
                epoch++;
                IsKnown = true;
            }
            else
            {
                Name = name;
            }
        }

        CheckNow();
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

    internal void SetReplaced(string name)
    {
        lock (gate)
        {
            Name = name;
            epoch++;
            IsKnown = true;
        }
    }

    internal void SetConfirmed()
    {
        lock (gate)
        {
            IsKnown = true;
        }
    }
}
