using System.Collections.Concurrent;

namespace OfflineActions.Emulators;

/// <summary>The counters of an emulated SWAPI since its start or the last <see cref="Clear"/>.</summary>
public sealed class SwapiStats
{
    private readonly ConcurrentDictionary<int, int> people = new();
    private long requests;

    /// <summary>Requests received, including those that failed because of a fault.</summary>
    public long Requests => Interlocked.Read(ref requests);

    /// <summary>Requests by number of the person.</summary>
    public IReadOnlyDictionary<int, int> People => people.ToDictionary();

    /// <summary>Resets all counters to zero.</summary>
    public void Clear()
    {
        people.Clear();
        Interlocked.Exchange(ref requests, 0);
    }

    internal void Received(int person)
    {
        Interlocked.Increment(ref requests);
        if (person > 0)
        {
            people.AddOrUpdate(person, 1, static (_, count) => count + 1);
        }
    }
}
