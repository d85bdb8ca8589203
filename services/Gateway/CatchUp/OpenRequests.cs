using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Which requests of one keyspace are open, which of them are due to be published, and from where the feed must be read again should
/// all this be lost. Fed with the batches of the feed in their order; times are of one monotonic clock; any thread may use it.
/// </summary>
/// <remarks>
/// The feed lists each document once, at its newest place. So a request is open until a later row of the same document says otherwise,
/// and a reader who starts at the place before the oldest batch with an open request misses none.
/// </remarks>
internal sealed class OpenRequests(string since, PublishedRequests published, CatchUpLimits pace)
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

    /// <summary>How many requests are open and known.</summary>
    public int Count => Locked(() => open.Count);

    /// <summary>How many requests beyond the bound still have to be published before more can be read.</summary>
    public int Passing => Locked(() => passing);

    /// <summary>How many entries wait for their time, closed ones that are still to be thrown away included.</summary>
    internal int Waiting => Locked(() => waiting.Count);

    /// <summary>
    /// Whether there were more open requests than are kept: those beyond were published, but only reading from the watermark anew shows
    /// what became of them. That is worth it once there is room.
    /// </summary>
    public bool HasOverflowed => Locked(() => overflow is not null);

    /// <summary>Takes in a batch.</summary>
    /// <param name="rows">Its rows in order; a document may come again, in this batch or another.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="now">The time.</param>
    /// <param name="grace">How long to leave its requests to the webhook.</param>
    public void Add(IReadOnlyList<FeedEntry> rows, string end, TimeSpan now, TimeSpan grace)
    {
        lock (gate)
        {
            var batch = new FeedBatch(last);
            foreach (var row in rows)
            {
                Take(row, batch, now, now + grace);
            }

            last = end;
            Compact();
        }
    }

    /// <summary>Hands out a request that is due. Until it is given back by <see cref="Return"/> it is not handed out again.</summary>
    public OpenRequest? TakeDue(TimeSpan now)
    {
        lock (gate)
        {
            while (waiting.TryPeek(out var request, out var due) && due <= now)
            {
                waiting.Dequeue();
                if (request.Superseded)
                {
                    continue;
                }

                if (DueTime(request) is { } time && time <= now)
                {
                    return request;
                }

                Keep(request);
            }

            return null;
        }
    }

    /// <summary>Whether a request that was handed out is still to be published: a webhook may have been quicker, or the document changed.</summary>
    public bool IsDue(OpenRequest request, TimeSpan now)
    {
        lock (gate)
        {
            return !request.Superseded && DueTime(request) <= now;
        }
    }

    /// <summary>Takes back what <see cref="TakeDue"/> handed out. It is due again, unless it was noted as published meanwhile.</summary>
    public void Return(OpenRequest request)
    {
        lock (gate)
        {
            if (!request.Superseded)
            {
                Keep(request);
            }
        }
    }

    /// <summary>Makes every request due that is not noted as published.</summary>
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

    /// <summary>When the next request will be due; null when none is waiting. May be early.</summary>
    public TimeSpan? NextDue()
    {
        lock (gate)
        {
            return waiting.TryPeek(out _, out var due) ? due : null;
        }
    }

    /// <summary>Since when the oldest request has been open that nobody here has published; null when there is none.</summary>
    public TimeSpan? OldestUnpublished()
    {
        lock (gate)
        {
            return open.Values
                .Where(request => published.PublishedAt(request.DocumentId, request.Revision) is null)
                .Min(request => (TimeSpan?)request.Seen);
        }
    }

    private void Take(FeedEntry row, FeedBatch batch, TimeSpan now, TimeSpan due)
    {
        var known = open.GetValueOrDefault(row.Id);
        if (row.Action is null)
        {
            published.Close(row.Id);
        }

        if (known is not null)
        {
            // Listed again, as happens after a gap in the sequences: it stays where it was, which is never too late.
            if (known.Revision == row.Revision && known.Request == row.Action)
            {
                return;
            }

            open.Remove(row.Id);
            known.Superseded = true;
            Leave(known.Batch);
        }

        if (row.Action is not null)
        {
            Open(row, batch, now, due);
        }
    }

    private void Open(FeedEntry row, FeedBatch batch, TimeSpan now, TimeSpan due)
    {
        var tracked = open.Count < pace.MaxOpen;
        var request = new OpenRequest(row, now, tracked ? due : now, batch, tracked);
        if (tracked)
        {
            open[row.Id] = request;
            Enter(batch);
        }
        else
        {
            passing++;
            overflow ??= Enter(batch);
        }

        Keep(request);
    }

    private void Keep(OpenRequest request)
    {
        if (!request.Tracked && published.PublishedAt(request.DocumentId, request.Revision) is not null)
        {
            passing--;
            return;
        }

        waiting.Enqueue(request, DueTime(request));
    }

    private TimeSpan DueTime(OpenRequest request) =>
        published.PublishedAt(request.DocumentId, request.Revision) is { } at ? at + pace.RepublishAfter : request.Due;

    private FeedBatch Enter(FeedBatch batch)
    {
        batch.Open++;
        batch.Place ??= batches.AddLast(batch);
        return batch;
    }

    private void Leave(FeedBatch batch)
    {
        batch.Open--;
        if (batch.Open == 0)
        {
            batches.Remove(batch.Place!);
            batch.Place = null;
        }
    }

    /// <summary>What is closed stays in the queue until its time comes; there may not be much more of that than of open requests.</summary>
    private void Compact()
    {
        if (waiting.Count > 1_000 + (2 * (open.Count + passing)))
        {
            Rebuild();
        }
    }

    private void Rebuild()
    {
        var live = waiting.UnorderedItems.Select(item => item.Element).Where(request => !request.Superseded).ToArray();
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
