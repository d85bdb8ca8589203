using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>A document's request that no later row of the feed has shown to be closed.</summary>
internal sealed class OpenRequest(FeedEntry document, TimeSpan seen, TimeSpan due, FeedBatch batch, bool tracked)
{
    /// <summary>The document's <c>_id</c>.</summary>
    public string DocumentId => document.Id;

    /// <summary>The revision that asks.</summary>
    public string Revision => document.Revision;

    /// <summary>The value of its <c>action</c>.</summary>
    public string Request => document.Action!;

    /// <summary>When it was first seen here, on the clock of <see cref="OpenRequests"/>.</summary>
    public TimeSpan Seen => seen;

    /// <summary>Before this time it is left to the webhook.</summary>
    public TimeSpan Due { get; set; } = due;

    /// <summary>The batch that brought it.</summary>
    internal FeedBatch Batch => batch;

    /// <summary>False for one beyond the bound: it is published once and not kept, until the next scan finds it again.</summary>
    internal bool Tracked => tracked;

    /// <summary>A later row of the same document has taken its place.</summary>
    internal bool Superseded { get; set; }
}
