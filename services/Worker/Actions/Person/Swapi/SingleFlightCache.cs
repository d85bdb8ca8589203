using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>A cache in memory. Concurrent callers for the same key share one fetch.</summary>
/// <remarks>
/// MemoryCache limits the number of entries exactly; HybridCache limits bytes. When the cache is full, a new value is returned but not
/// kept, and the least recently used entries are removed.
/// </remarks>
public sealed class SingleFlightCache : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<object?>>> fetches = new();
    private readonly MemoryCache? entries;
    private readonly SwapiTelemetry telemetry;

    public SingleFlightCache(IOptions<SwapiOptions> options, TimeProvider clock, SwapiTelemetry telemetry)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.telemetry = telemetry;

        if (options.Value.Cache)
        {
            entries = new(new MemoryCacheOptions { SizeLimit = options.Value.CacheEntries, Clock = new Clock(clock) });
        }
    }

    /// <summary>The value of <paramref name="key"/>, from the cache or fetched.</summary>
    /// <param name="key">The key.</param>
    /// <param name="fetch">Fetches the value and its time to live. When it throws, nothing is cached, and each caller gets the
    /// exception.</param>
    /// <param name="cancellationToken">Ends the waiting of this caller. The fetch continues for the other callers.</param>
    public async Task<T> FetchAsync<T>(
        string key, Func<CancellationToken, Task<(T Value, TimeSpan TimeToLive)>> fetch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fetch);

        if (entries is null)
        {
            telemetry.RecordLookup(CacheLookup.Miss);
            return (await fetch(cancellationToken)).Value;
        }

        if (entries.TryGetValue(key, out var value))
        {
            telemetry.RecordLookup(CacheLookup.Hit);
            return (T)value!;
        }

        var fetchOnce = new Lazy<Task<object?>>(() => FetchOnceAsync(entries, key, fetch));
        var fetching = fetches.GetOrAdd(key, fetchOnce);
        telemetry.RecordLookup(fetching == fetchOnce ? CacheLookup.Miss : CacheLookup.Shared);

        return (T)(await fetching.Value.WaitAsync(cancellationToken))!;
    }

    public void Dispose() => entries?.Dispose();

    private async Task<object?> FetchOnceAsync<T>(
        MemoryCache entries, string key, Func<CancellationToken, Task<(T Value, TimeSpan TimeToLive)>> fetch)
    {
        // Continues on another stack: otherwise a fetch that completes at once would be removed before it was added.
        await Task.Yield();

        try
        {
            // The previous fetch may have completed since the caller looked.
            if (entries.TryGetValue(key, out var value))
            {
                return value;
            }

            var (fetched, timeToLive) = await fetch(CancellationToken.None);
            entries.Set(key, fetched, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = timeToLive });
            return fetched;
        }
        finally
        {
            fetches.TryRemove(key, out _);
        }
    }

    private sealed class Clock(TimeProvider clock) : ISystemClock
    {
        private readonly MonotonicClock clock = new(clock);

        public DateTimeOffset UtcNow => clock.GetUtcNow();
    }
}
