using OfflineActions.Contracts;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>A request that no later row of the feed has shown to be answered or withdrawn.</summary>
internal sealed class OpenRequest(string documentId, string revision, ActionContract action, DateTimeOffset? notBefore, TimeSpan seen, FeedBatch batch)
{
    /// <summary>Its number in the order in which the requests came.</summary>
    public long Number { get; init; }

    /// <summary>The document's <c>_id</c>.</summary>
    public string DocumentId => documentId;

    /// <summary>The revision that asks.</summary>
    public string Revision => revision;

    /// <summary>The action that it asks for.</summary>
    public ActionContract Action => action;

    /// <summary>The document's <c>notBefore</c>; null when it has none that can be read.</summary>
    public DateTimeOffset? NotBefore => notBefore;

    /// <summary>When the feed showed it first, on the monotonic clock of <see cref="OpenRequests"/>.</summary>
    public TimeSpan Seen { get; } = seen;

    /// <summary>Whether it was open before this process followed the keyspace: another gateway may have published it.</summary>
    public bool IsBacklog { get; init; }

    /// <summary>Whether this process has published it before.</summary>
    public bool WasPublished { get; set; }

    /// <summary>Whether a worker has noted that it can never be answered: it counts as published, and has no message.</summary>
    public bool IsUnanswerable { get; set; }

    /// <summary>Whether there were too many open requests to keep this one: it is published or skipped, and found again by the next scan.</summary>
    public bool IsBeyondLimit { get; set; }

    internal FeedBatch Batch => batch;

    internal OpenRequestState State { get; set; }

    internal TimeSpan PublishedAt { get; set; }

    internal int PublishedEpoch { get; set; }

    /// <summary>The epoch in which it was published or closed last. See <see cref="OpenRequestLists.Urgent"/>.</summary>
    internal int SettledEpoch { get; set; } = -1;

    /// <summary>Whether it came while everything that was open before was urgent, and belongs to that.</summary>
    internal bool IsUrgent { get; init; }

    /// <summary>Since when a worker may have its message: since it was seen, became due, or was published last.</summary>
    internal TimeSpan Since { get; set; } = seen;

    /// <summary>Whether catch-up has published it: then its answer may come from that message, or from an earlier one that a worker held.</summary>
    internal bool IsFromCatchUp { get; set; }

    /// <summary>Its place in the list of its state.</summary>
    internal LinkedListNode<OpenRequest> Node { get; set; } = null!;
}

/// <summary>What an open request waits for.</summary>
internal enum OpenRequestState
{
    /// <summary>The webhook has some time to publish it first.</summary>
    InGrace,

    /// <summary>Its <c>notBefore</c>.</summary>
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
