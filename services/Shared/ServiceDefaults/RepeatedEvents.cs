using System.Collections.Concurrent;

namespace OfflineActions.ServiceDefaults;

/// <summary>Lets an event that repeats be logged at most once a minute, with the number of those in between.</summary>
public sealed class RepeatedEvents(TimeProvider clock)
{
    private const int MaxKinds = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Kind> kinds = new(StringComparer.Ordinal);

    /// <summary>Whether to log this event.</summary>
    /// <param name="kind">What makes two events the same.</param>
    /// <param name="suppressed">How many of its kind were not logged since the last one that was.</param>
    public bool ShouldLog(string kind, out int suppressed)
    {
        suppressed = 0;
        if (kinds.Count >= MaxKinds && !kinds.ContainsKey(kind))
        {
            kind = "";
        }

        var known = kinds.GetOrAdd(kind, _ => new Kind());
        lock (known)
        {
            if (known.LoggedAt is { } at && clock.GetElapsedTime(at) < Interval)
            {
                known.Suppressed++;
                return false;
            }

            known.LoggedAt = clock.GetTimestamp();
            (suppressed, known.Suppressed) = (known.Suppressed, 0);
            return true;
        }
    }

    private sealed class Kind
    {
        public long? LoggedAt { get; set; }

        public int Suppressed { get; set; }
    }
}
