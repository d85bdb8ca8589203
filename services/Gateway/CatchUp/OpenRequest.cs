using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// A request that no later row of the feed has shown to be answered or withdrawn. There may be a million: what all requests of a batch have
/// in common is kept there, and texts and times in as few bytes as possible.
/// </summary>
internal class OpenRequest(string documentId, string revision, ActionContract action, DateTimeOffset? due, Lane lane, FeedBatch batch)
    : ListItem<OpenRequest>
{
    private readonly CompactRevision revision = new(revision);
    private readonly CompactTime due = new(due);

    /// <summary>The open request of a row that asks for <paramref name="action"/>. Only an origin that exists takes memory.</summary>
    public static OpenRequest Create(RequestRow row, ActionContract action, FeedBatch batch)
    {
        var isDelayed = row.DelayedUntil is not null && !(row.NotBefore > row.DelayedUntil);
        var due = isDelayed ? row.DelayedUntil : row.NotBefore;
        return row.Origin is { } origin
            ? new TracedOpenRequest(row.Id, row.Revision, action, due, row.Lane, origin, batch) { IsDelayed = isDelayed }
            : new OpenRequest(row.Id, row.Revision, action, due, row.Lane, batch) { IsDelayed = isDelayed };
    }

    /// <summary>How it began, for its trace; null when nothing of that is needed. Each call makes a new object.</summary>
    public virtual RequestOrigin? Origin => null;

    /// <summary>The document's <c>_id</c>.</summary>
    public string DocumentId => documentId;

    /// <summary>The revision that asks. Each call makes a new string.</summary>
    public string Revision => revision.ToString();

    /// <summary>The action that it asks for.</summary>
    public ActionContract Action => action;

    /// <summary>Its lane.</summary>
    public Lane Lane => lane;

    /// <summary>
    /// When it is looked at, as UTC: at the document's <c>notBefore</c>, or when its message must be back from a delay queue; null for at once.
    /// </summary>
    public DateTimeOffset? Due => due.Value;

    /// <summary>Whether its document asks for a later time. A request whose message a worker has delayed waits all the same.</summary>
    public bool IsScheduled => Due is not null && !IsDelayed;

    /// <summary>When the feed showed it first, on the monotonic clock of <see cref="OpenRequests"/>.</summary>
    public TimeSpan Seen => Batch.Seen;

    /// <summary>Whether it was open before this process followed the keyspace: another gateway may have published it.</summary>
    public bool IsBacklog => Batch.IsBacklog;

    /// <summary>Whether this process has published it before.</summary>
    public bool WasPublished => PublishedEpoch >= 0;

    /// <summary>Whether a worker has noted that it can never be answered: it counts as published, and has no message.</summary>
    public bool IsUnanswerable { get; set; }

    /// <summary>Whether there were too many open requests to keep this one: it is published or skipped, and found again by the next scan.</summary>
    public bool IsBeyondLimit { get; set; }

    /// <summary>Whether a worker has delayed it, and <see cref="Due"/> is when its message must be back.</summary>
    internal bool IsDelayed { get; init; }

    internal FeedBatch Batch { get; } = batch;

    internal OpenRequestState State { get; set; }

    /// <summary>Since when a worker may have its message: since it was published last; before that, since it became due, or was seen.</summary>
    internal TimeSpan Since { get; set; } = batch.Seen;

    /// <summary>The epoch of <see cref="OpenRequestLists"/> in which it was published last; -1 while it never was.</summary>
    internal int PublishedEpoch { get; set; } = -1;

    /// <summary>Whether this is the revision that asks.</summary>
    internal bool Asks(string other) => revision == new CompactRevision(other);

    /// <summary>Whether catch-up has published it: then its answer may come from that message, or from an earlier one that a worker held.</summary>
    internal bool IsFromCatchUp { get; set; }

    /// <summary>
    /// The same request in the revision in which a worker has noted when it tries again. It has the same message, if it has one, and the same age.
    /// </summary>
    public OpenRequest Delay(RequestRow row)
    {
        var delayed = Create(row, Action, Batch);
        (delayed.PublishedEpoch, delayed.IsFromCatchUp) = (PublishedEpoch, IsFromCatchUp);
        return delayed;
    }

    /// <summary>A request whose origin its trace needs. 40 bytes more.</summary>
    private sealed class TracedOpenRequest(
        string documentId, string revision, ActionContract action, DateTimeOffset? due, Lane lane, RequestOrigin origin, FeedBatch batch)
        : OpenRequest(documentId, revision, action, due, lane, batch)
    {
        private readonly TraceContext trace = origin.Trace ?? default;
        private readonly CompactTime writtenAt = new(origin.WrittenAt);

        public override RequestOrigin Origin => new(trace == default ? null : trace, writtenAt.Value);
    }

    /// <summary>A time, or none, in 8 bytes.</summary>
    private readonly struct CompactTime(DateTimeOffset? time)
    {
        private const long None = long.MinValue;

        private readonly long ticks = time?.UtcTicks ?? None;

        public DateTimeOffset? Value => ticks == None ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
    }
}

/// <summary>What an open request waits for.</summary>
internal enum OpenRequestState : byte
{
    /// <summary>The webhook has some time to publish it first.</summary>
    InGrace,

    /// <summary>Its <c>notBefore</c>, or its message, which a worker has delayed.</summary>
    Scheduled,

    /// <summary>To be published: as far as this process knows it has no message.</summary>
    Candidate,

    /// <summary>It is being published at this moment.</summary>
    Taken,

    /// <summary>A worker. This process has published it.</summary>
    Published,

    /// <summary>Nothing: a later row of its document has replaced it.</summary>
    Closed,
}

/// <summary>The limits of <see cref="OpenRequests"/>.</summary>
/// <param name="Grace">How long a new request is left to the webhook.</param>
/// <param name="RepublishAfter">How long a published request is not published again.</param>
/// <param name="MaxOpen">How many open requests are kept.</param>
internal sealed record CatchUpLimits(TimeSpan Grace, TimeSpan RepublishAfter, int MaxOpen);
