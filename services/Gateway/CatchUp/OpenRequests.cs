using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// The open requests of one keyspace: which of them are due to be published, and where the feed must be read from after a restart. Takes
/// the batches of the feed in their order. All times are of one monotonic clock. Thread-safe.
/// </summary>
/// <remarks>
/// The feed lists each document once, at its newest place. So a request is open until a later entry of the same document closes it, and
/// a reader that starts before the oldest batch with an open request misses none.
/// </remarks>
/// <param name="since">Where the first batch begins.</param>
/// <param name="published">What this process has published.</param>
/// <param name="republishAfter">After what time a published request that is still open is published again.</param>
/// <param name="bound">How many open requests are kept.</param>
internal sealed class OpenRequests(string since, PublishedRequests published, TimeSpan republishAfter, int bound)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, OpenRequest> open = new(StringComparer.Ordinal);
    private readonly PriorityQueue<OpenRequest, TimeSpan> waiting = new();
    private readonly LinkedList<FeedBatch> batches = [];
    private string last = since;
    private FeedBatch? overflow;
    private int passing;

    /// <summary>Where the next batch begins.</summary>
    public string Last => Locked(() => last);

    /// <summary>The newest token before which no request is open.</summary>
    public string Watermark => Locked(() => batches.First?.Value.Before ?? last);

    /// <summary>How many open requests are kept.</summary>
    public int Count => Locked(() => open.Count);

    /// <summary>How many requests beyond the bound must still be published before the next batch may be read.</summary>
    public int Passing => Locked(() => passing);

    /// <summary>
    /// Whether there were more open requests than the bound. Those beyond it were published once; only a new scan from the watermark shows
    /// whether they are still open. It is worth it once there is room.
    /// </summary>
    public bool HasOverflowed => Locked(() => overflow is not null);

    /// <summary>Adds a batch.</summary>
    /// <param name="entries">Its entries in order. A document may occur again, in this batch or another.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="now">The time.</param>
    /// <param name="grace">How long the webhook has to publish its requests first.</param>
    public void Add(IReadOnlyList<FeedEntry> entries, string end, TimeSpan now, TimeSpan grace)
    {
        lock (gate)
        {
            var batch = new FeedBatch(last);
            foreach (var entry in entries)
            {
                Apply(entry, batch, now, now + grace);
            }

            last = end;
            Compact();
        }
    }

    /// <summary>Takes a request that is due. It is not due again before <see cref="Return"/>.</summary>
    public OpenRequest? TakeDue(TimeSpan now)
    {
        lock (gate)
        {
            while (waiting.TryPeek(out var request, out var due) && due <= now)
            {
                waiting.Dequeue();
                if (request.IsSuperseded)
                {
                    continue;
                }

                if (DueTime(request) is { } time && time <= now)
                {
                    return request;
                }

                Enqueue(request);
            }

            return null;
        }
    }

    /// <summary>
    /// Whether a taken request must still be published: meanwhile a webhook may have published it, or the document changed.
    /// </summary>
    public bool IsDue(OpenRequest request, TimeSpan now)
    {
        lock (gate)
        {
            return !request.IsSuperseded && DueTime(request) <= now;
        }
    }

    /// <summary>Returns a request that <see cref="TakeDue"/> took. It is due again at once, unless it was published meanwhile.</summary>
    public void Return(OpenRequest request)
    {
        lock (gate)
        {
            if (!request.IsSuperseded)
            {
                Enqueue(request);
            }
        }
    }

    /// <summary>Makes every request due that was not published.</summary>
    public void MakeAllDue(TimeSpan now)
    {
        lock (gate)
        {
            foreach (var request in open.Values.Where(request => request.Due > now))
            {
                request.Due = now;
            }

            Rebuild();
        }
    }

    /// <summary>When the oldest request that this process has not published was first seen; null when there is none.</summary>
    public TimeSpan? OldestUnpublished()
    {
        lock (gate)
        {
            return open.Values
                .Where(request => published.PublishedAt(request.DocumentId, request.Revision) is null)
                .Min(request => (TimeSpan?)request.Seen);
        }
    }

    private void Apply(FeedEntry entry, FeedBatch batch, TimeSpan now, TimeSpan due)
    {
        var known = open.GetValueOrDefault(entry.Id);
        if (entry.Action is null)
        {
            published.Close(entry.Id);
        }

        if (known is not null)
        {
            // Listed again, as happens after a gap in the sequences. It stays in its older batch, which is safe for the watermark.
            if (known.Revision == entry.Revision && known.Request == entry.Action)
            {
                return;
            }

            open.Remove(entry.Id);
            known.IsSuperseded = true;
            Release(known.Batch);
        }

        if (entry.Action is not null)
        {
            Open(entry, batch, now, due);
        }
    }

    private void Open(FeedEntry entry, FeedBatch batch, TimeSpan now, TimeSpan due)
    {
        var isTracked = open.Count < bound;
        var request = new OpenRequest(entry, now, isTracked ? due : now, batch, isTracked);
        if (isTracked)
        {
            open[entry.Id] = request;
            Hold(batch);
        }
        else
        {
            passing++;
            overflow ??= Hold(batch);
        }

        Enqueue(request);
    }

    private void Enqueue(OpenRequest request)
    {
        if (!request.IsTracked && published.PublishedAt(request.DocumentId, request.Revision) is not null)
        {
            passing--;
            return;
        }

        waiting.Enqueue(request, DueTime(request));
    }

    private TimeSpan DueTime(OpenRequest request) =>
        published.PublishedAt(request.DocumentId, request.Revision) is { } at ? at + republishAfter : request.Due;

    private FeedBatch Hold(FeedBatch batch)
    {
        batch.Open++;
        batch.Place ??= batches.AddLast(batch);
        return batch;
    }

    private void Release(FeedBatch batch)
    {
        batch.Open--;
        if (batch.Open == 0)
        {
            batches.Remove(batch.Place!);
            batch.Place = null;
        }
    }

    /// <summary>Closed requests stay in the queue until they are due. Removes them when they are more than twice the open ones.</summary>
    private void Compact()
    {
        if (waiting.Count > 1_000 + (2 * (open.Count + passing)))
        {
            Rebuild();
        }
    }

    private void Rebuild()
    {
        var live = waiting.UnorderedItems.Select(item => item.Element).Where(request => !request.IsSuperseded).ToArray();
        waiting.Clear();
        foreach (var request in live)
        {
            waiting.Enqueue(request, DueTime(request));
        }
    }

    private T Locked<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }
}
