using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Which requests of one keyspace are open, which of them have no message as far as this process knows, and from where the feed must be
/// read again if all this is lost. Fed with the batches of the feed in their order. No I/O; any thread may use it. Disposed when the feed is
/// read again from another place.
/// </summary>
/// <remarks>
/// The feed lists each document once, at its newest place. So a request is open until a later row of its document says otherwise, and a
/// reader who starts at the place before the oldest batch with an open request misses none. Every operation costs the same however many
/// requests are open, except <see cref="Advance"/>, which costs what it moves.
/// </remarks>
internal sealed class OpenRequests : IDisposable
{
    /// <summary>How many requests one call of <see cref="Advance"/> moves at most, so that it never holds the lock for long.</summary>
    private const int MaxMoves = 2_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, OpenRequest> open = new(StringComparer.Ordinal);
    private readonly FeedWatermark watermark;
    private readonly OpenRequestLists lists = new();
    private readonly PublishedRequests published;
    private readonly CatchUpLimits limits;
    private FeedBatch? overflow;
    private bool isUrgent;
    private bool isReadingBacklog = true;

    /// <summary>No request is known yet.</summary>
    /// <param name="since">Where the first batch begins.</param>
    /// <param name="published">What this process has published. It is followed until this is disposed.</param>
    /// <param name="limits">The limits.</param>
    public OpenRequests(string since, PublishedRequests published, CatchUpLimits limits)
    {
        (watermark, this.published, this.limits) = (new FeedWatermark(since), published, limits);
        published.Added += MarkPublished;
    }

    /// <summary>Something may be due earlier than <see cref="DueIn"/> said before. Raised on the thread that caused it.</summary>
    public event Action? Changed;

    /// <summary>Where the next batch begins.</summary>
    public string Last => Locked(() => watermark.Last);

    /// <summary>The newest token before which no request is open.</summary>
    public string Watermark => Locked(() => watermark.Token);

    /// <summary>How many requests are open and known.</summary>
    public int Count => Locked(() => open.Count);

    /// <summary>How many requests beyond the limit are still to be decided on before more may be read.</summary>
    public int Beyond => Locked(() => lists.Actions.Values.Sum(state => state.Backlog.Unsettled + state.New.Unsettled));

    /// <summary>
    /// Whether there were more open requests than are kept. What became of those beyond the limit is only seen by reading from the
    /// watermark again, which makes sense once there is room.
    /// </summary>
    public bool HasOverflowed => Locked(() => overflow is not null);

    /// <summary>Since when the oldest request has been known that has no message as far as this process knows; null when there is none.</summary>
    public TimeSpan? OldestUnpublished => Locked(() => lists.OldestUnpublished);

    /// <summary>Since when the oldest open request without a <c>notBefore</c> has been known; null when there is none.</summary>
    public TimeSpan? OldestOpen => Locked(() => watermark.OldestUnscheduled);

    /// <summary>How many open requests were first seen at which time, the earliest first.</summary>
    public IReadOnlyList<(TimeSpan Seen, int Open)> CountBySeen() => Locked(() => (IReadOnlyList<(TimeSpan, int)>)[.. watermark.Batches]);

    /// <summary>
    /// Whether candidates are published whatever the queues hold. That is so after <see cref="ForgetPublished"/>, until everything that was
    /// open then is published.
    /// </summary>
    public bool IsUrgent => Locked(() =>
    {
        isUrgent &= isReadingBacklog || lists.Urgent > 0;
        return isUrgent;
    });

    /// <summary>Takes in a batch.</summary>
    /// <param name="entries">Its rows in order. A document may come again, in this batch or another.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="now">The time.</param>
    /// <param name="isBacklog">Whether the rows were there before this process followed the keyspace: no webhook will come for them.</param>
    /// <param name="hasMore">Whether more rows of the backlog follow.</param>
    public void Add(IEnumerable<RequestRow> entries, string end, TimeSpan now, bool isBacklog, bool hasMore = false)
    {
        lock (gate)
        {
            var batch = new FeedBatch(watermark.Last, now, lists.Epoch) { IsBacklog = isBacklog, IsUrgent = isBacklog && isUrgent };
            foreach (var entry in entries)
            {
                Take(entry, batch);
            }

            watermark.Last = end;
            isReadingBacklog = isBacklog && hasMore;
        }

        Changed?.Invoke();
    }

    /// <summary>Moves what has become due, at most 2,000 requests: out of its grace, past its <c>notBefore</c>, or published too long ago.</summary>
    /// <param name="now">The time.</param>
    /// <param name="utcNow">The time on the wall, for <c>notBefore</c>.</param>
    public void Advance(TimeSpan now, DateTimeOffset utcNow)
    {
        lock (gate)
        {
            lists.Advance(limits, now, utcNow, MaxMoves);
        }
    }

    /// <summary>
    /// In what time <see cref="Advance"/> may have something to move; null when nothing waits for a time. Until then, and until
    /// <see cref="Changed"/>, no new candidate appears.
    /// </summary>
    public TimeSpan? DueIn(TimeSpan now, DateTimeOffset utcNow) => Locked(() => lists.DueIn(limits, now, utcNow));

    /// <summary>Messages may be gone: nothing counts as published, and no grace is left.</summary>
    public void ForgetPublished()
    {
        lock (gate)
        {
            lists.Forget();
            isUrgent = true;
        }

        Changed?.Invoke();
    }

    /// <summary>The candidates, by action and by whether they are older than this process, with what is known about the messages of their queues.</summary>
    public IReadOnlyList<CandidateCounts> CountCandidates() => Locked(() => lists.CountCandidates(limits));

    /// <summary>
    /// Hands out candidates up to an age: those beyond the limit first, or only the kept ones. Each is given back by <see cref="Return"/>.
    /// </summary>
    public IReadOnlyList<OpenRequest> TakeCandidates(CandidateCounts which, int most, TimeSpan? notAfter = null, bool onlyKept = false) =>
        Locked(() => lists.Take(which, most, notAfter ?? TimeSpan.MaxValue, onlyKept));

    /// <summary>Whether a request that was handed out is still to be published: the document may have changed, or a webhook been quicker.</summary>
    public bool IsStillDue(OpenRequest request) =>
        Locked(() => request.State is OpenRequestState.Taken && PublishedSince(request) is null);

    /// <summary>Takes a request back. It is a candidate again, unless it is known as published by now.</summary>
    public void Return(OpenRequest request)
    {
        lock (gate)
        {
            if (request.State is not OpenRequestState.Taken)
            {
                return;
            }

            if (PublishedSince(request) is not { } at)
            {
                lists.MoveTo(request, OpenRequestState.Candidate);
            }
            else if (!request.IsBeyondLimit)
            {
                MarkPublished(request, at);
            }
            else
            {
                lists.MoveTo(request, OpenRequestState.Closed);
                lists.StateOf(request.Action).KnownBeyond += request.IsUnanswerable ? 0 : 1;
            }
        }
    }

    /// <summary>
    /// Leaves the requests beyond the limit to the next scan: the messages in the queues can account for them. What the limit keeps stays.
    /// </summary>
    public void SkipBeyond(CandidateCounts which)
    {
        lock (gate)
        {
            lists.SkipBeyond(which);
        }
    }

    /// <summary>The document is gone, and no row of the feed says so: that is what purging does.</summary>
    public void Close(OpenRequest request)
    {
        lock (gate)
        {
            if (open.GetValueOrDefault(request.DocumentId) == request)
            {
                Close(request.DocumentId, request);
            }
        }
    }

    /// <summary>Whether it was published, and is due again because nothing has become of it for long.</summary>
    public bool IsRepetition(OpenRequest request) => Locked(() => lists.WasPublished(request));

    /// <summary>Follows what is published no longer.</summary>
    public void Dispose() => published.Added -= MarkPublished;

    private void MarkPublished(string documentId, string revision, TimeSpan at)
    {
        lock (gate)
        {
            if (open.GetValueOrDefault(documentId) is
                { State: OpenRequestState.InGrace or OpenRequestState.Scheduled or OpenRequestState.Candidate } request
                && request.Asks(revision))
            {
                MarkPublished(request, at);
            }
        }
    }

    private void Close(string documentId, OpenRequest request)
    {
        open.Remove(documentId);
        open.TrimSpare();
        lists.MoveTo(request, OpenRequestState.Closed);
        watermark.Leave(request.Batch);
    }

    private void Take(RequestRow entry, FeedBatch batch)
    {
        if (open.GetValueOrDefault(entry.Id) is { } known)
        {
            // Listed again, as happens after a gap in the sequences. It keeps its place, which is never too late.
            if (known.Action == entry.Action && known.Asks(entry.Revision))
            {
                return;
            }

            if (entry.DelayedUntil is not null
                && (known.Action, known.Lane) == (entry.Action, entry.Lane)
                && published.PublishedAt(entry.Id, entry.Revision) is null)
            {
                // The same request with the same message. It enters before the other one leaves, so that its batch keeps its place.
                watermark.Enter(known.Batch);
                Close(entry.Id, known);
                open[entry.Id] = known.Delay(entry);
                lists.Add(open[entry.Id], OpenRequestState.Scheduled);
                return;
            }

            lists.RecordAnswer(known, entry, batch.Seen);
            Close(entry.Id, known);
        }

        if (entry.Action is { } action)
        {
            Open(OpenRequest.Create(entry, action, batch), published.PublishedAt(entry.Id, entry.Revision));
        }
    }

    private void Open(OpenRequest request, TimeSpan? at)
    {
        if (open.Count >= limits.MaxOpen)
        {
            overflow ??= watermark.Enter(request.Batch);
            lists.AddBeyond(request, isPublished: at is not null, limits);
            return;
        }

        open[request.DocumentId] = request;
        watermark.Enter(request.Batch);
        if (at is { } time)
        {
            request.Since = time;
            lists.Add(request, OpenRequestState.Published);
        }
        else
        {
            lists.Add(request, request.IsScheduled || (request.IsDelayed && !request.Batch.IsUrgent) ? OpenRequestState.Scheduled
                : request.IsBacklog || limits.Grace <= TimeSpan.Zero ? OpenRequestState.Candidate : OpenRequestState.InGrace);
        }
    }

    private void MarkPublished(OpenRequest request, TimeSpan at)
    {
        request.Since = at;
        lists.MoveTo(request, OpenRequestState.Published);
    }

    // A request that is due again is still remembered as published: only a later time means that its message was sent meanwhile.
    private TimeSpan? PublishedSince(OpenRequest request) =>
        published.PublishedAt(request.DocumentId, request.Revision) is { } at
        && !(lists.WasPublished(request) && at <= request.Since)
            ? at
            : null;

    private T Locked<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }
}
