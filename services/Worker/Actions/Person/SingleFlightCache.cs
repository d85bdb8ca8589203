using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Options;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Keeps answers for a while, and lets callers who want the same one at the same time share one fetch.</summary>
/// <remarks>
/// MemoryCache, with each answer counting as one, holds its bound exactly; HybridCache counts bytes. When it is full, an answer is
/// passed on without being kept, and the least used ones make room.
/// </remarks>
public sealed class SingleFlightCache : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<object?>>> running = new();
    private readonly MemoryCache? kept;

    public SingleFlightCache(IOptions<SwapiOptions> options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(options);

        if (options.Value.Cache)
        {
            kept = new(new MemoryCacheOptions { SizeLimit = options.Value.CacheEntries, Clock = new Clock(clock) });
        }
    }

    /// <summary>How many answers are kept now.</summary>
    public int Count => kept?.Count ?? 0;

    /// <summary>The answer kept under <paramref name="key"/>, else a new one.</summary>
    /// <param name="key">Names the answer.</param>
    /// <param name="fetch">Gets the answer, and says how long it may be kept. When it throws, nothing is kept, and each caller gets that exception.</param>
    /// <param name="cancellationToken">Ends this caller's waiting. The fetch goes on for the others, and for whoever asks next.</param>
    public async Task<T> FetchAsync<T>(string key, Func<CancellationToken, Task<(T Answer, TimeSpan KeepFor)>> fetch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fetch);

        if (kept is null)
        {
            return (await fetch(cancellationToken)).Answer;
        }

        if (kept.TryGetValue(key, out var answer))
        {
            return (T)answer!;
        }

        var mine = new Lazy<Task<object?>>(() => FetchOnceAsync(kept, key, fetch));

        return (T)(await running.GetOrAdd(key, mine).Value.WaitAsync(cancellationToken))!;
    }

    public void Dispose() => kept?.Dispose();

    private async Task<object?> FetchOnceAsync<T>(MemoryCache into, string key, Func<CancellationToken, Task<(T Answer, TimeSpan KeepFor)>> fetch)
    {
        // Off the caller's stack: a fetch that ends at once would otherwise be taken out before it was put in.
        await Task.Yield();

        try
        {
            // The fetch before this one may have ended between the caller's look and now.
            if (into.TryGetValue(key, out var answer))
            {
                return answer;
            }

            var (fetched, keepFor) = await fetch(CancellationToken.None);
            into.Set(key, fetched, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = keepFor });
            return fetched;
        }
        finally
        {
            running.TryRemove(key, out _);
        }
    }

    private sealed class Clock(TimeProvider clock) : ISystemClock
    {
        public DateTimeOffset UtcNow => clock.GetUtcNow();
    }
}
