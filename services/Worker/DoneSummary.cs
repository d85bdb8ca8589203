namespace OfflineActions.Worker;

/// <summary>
/// Logs now and then how many requests were done, because a line for each costs much of a
/// request's processor time. The first one starts the interval, so that nothing runs while nothing is done.
/// </summary>
internal sealed class DoneSummary : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> counts = [];
    private readonly ITimer timer;
    private readonly ILogger<DoneSummary> log;

    public DoneSummary(TimeProvider clock, ILogger<DoneSummary> log)
    {
        this.log = log;
        // Without the context of the message that happens to be the first: its trace would be on every line.
        using (ExecutionContext.SuppressFlow())
        {
            timer = clock.CreateTimer(_ => Write(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Counts a request whose result was written.</summary>
    /// <param name="request">Its <c>action</c>, for example <c>person_request</c>.</param>
    public void Add(string request)
    {
        lock (gate)
        {
            if (counts.Count == 0)
            {
                timer.Change(Interval, Timeout.InfiniteTimeSpan);
            }

            counts[request] = counts.GetValueOrDefault(request) + 1;
        }
    }

    /// <summary>Logs what was not logged yet.</summary>
    public void Dispose()
    {
        timer.Dispose();
        Write();
    }

    private void Write()
    {
        KeyValuePair<string, int>[] done;
        lock (gate)
        {
            done = [.. counts];
            counts.Clear();
        }

        foreach (var (request, count) in done)
        {
            log.Done(count, request);
        }
    }
}
