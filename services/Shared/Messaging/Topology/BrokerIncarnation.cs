using Microsoft.Extensions.Options;

namespace OfflineActions.Messaging.Topology;

/// <summary>
/// Tells whether messages still are where they were put. A marker is one exchange for each queue, bound to it, under a name that
/// is never used twice; the broker deletes it with its queue. So it is missing on another broker, and on this one once a queue was
/// deleted, even if somebody has declared that queue anew.
/// </summary>
public sealed class BrokerIncarnation(IOptions<BusOptions> options)
{
    private readonly Lock gate = new();
    private TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long epoch;

    /// <summary>Changes when what was published before may be gone.</summary>
    public long Epoch => Interlocked.Read(ref epoch);

    /// <summary>The marker that stood when it was last looked for; null before that, and always in memory.</summary>
    public string? Name { get; private set; }

    /// <summary>Whether the broker has been looked at, so that <see cref="Epoch"/> says something about it.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Whether anybody here wants to know.</summary>
    internal bool IsWatched { get; private set; }

    /// <summary>Completes when somebody wants the broker to be looked at now.</summary>
    internal Task CheckRequested => asked.Task;

    /// <summary>
    /// Begins to watch. The first call counts, later ones change nothing: from then on the process knows by itself.
    /// </summary>
    /// <param name="name">The marker that stood when somebody last wrote down its name; null when there is none.</param>
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

    /// <summary>Something is wrong with a queue: looks at once instead of at the next turn.</summary>
    public void CheckNow()
    {
        lock (gate)
        {
            asked.TrySetResult();
        }
    }

    internal void CheckStarted()
    {
        lock (gate)
        {
            if (asked.Task.IsCompleted)
            {
                asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    internal void Replaced(string name)
    {
        lock (gate)
        {
            Name = name;
            epoch++;
            IsKnown = true;
        }
    }

    internal void Confirmed()
    {
        lock (gate)
        {
            IsKnown = true;
        }
    }
}
