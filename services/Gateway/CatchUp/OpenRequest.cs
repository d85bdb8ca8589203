using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>A document's request that no later entry of the feed has closed.</summary>
internal sealed class OpenRequest(FeedEntry entry, TimeSpan seen, TimeSpan due, FeedBatch batch, bool isTracked)
{
    /// <summary>The document's <c>_id</c>.</summary>
    public string DocumentId => entry.Id;

    /// <summary>The revision that requests the action.</summary>
    public string Revision => entry.Revision;

    /// <summary>The document's <c>action</c>.</summary>
    public string Request => entry.Action!;

    /// <summary>When this process first saw it, on the clock of <see cref="OpenRequests"/>.</summary>
    public TimeSpan Seen => seen;

    /// <summary>Before this time, the webhook is to publish it.</summary>
    public TimeSpan Due { get; set; } = due;

    /// <summary>The batch it came in.</summary>
    internal FeedBatch Batch => batch;

    /// <summary>False for a request beyond the bound: it is published once and then forgotten until the next scan.</summary>
    internal bool IsTracked => isTracked;

    /// <summary>A later entry of the same document has replaced it.</summary>
    internal bool IsSuperseded { get; set; }
}

/// <summary>A batch of the feed that contains open requests, so that the watermark cannot pass it.</summary>
internal sealed class FeedBatch(string before)
{
    /// <summary>The token that the batch was requested with. A reader that starts there sees the whole batch again.</summary>
    public string Before => before;

    /// <summary>How many of its requests are open.</summary>
    public int Open { get; set; }

    /// <summary>Its place in the order of the feed.</summary>
    public LinkedListNode<FeedBatch>? Place { get; set; }
}
