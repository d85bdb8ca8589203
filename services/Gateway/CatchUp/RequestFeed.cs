using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>Reads the changes feed of one keyspace. Of the actions in it, only requests that the catalog contains remain.</summary>
/// <param name="feed">The feed.</param>
/// <param name="catalog">The actions.</param>
/// <param name="unrouted">Where unknown requests are counted; null when the webhook counts them.</param>
/// <param name="delayed">Which requests wait in a delay queue.</param>
internal sealed class RequestFeed(FeedReader feed, ActionCatalog catalog, UnroutedRequests? unrouted, DelayedRequests delayed)
{
    /// <summary>Reads one page.</summary>
    /// <param name="since">Where the last page ended.</param>
    /// <param name="wait">How long Sync Gateway waits while nothing changes.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="FeedUnavailableException">The feed cannot be read now.</exception>
    public async Task<RequestPage> ReadAsync(string since, TimeSpan wait, CancellationToken cancellationToken) =>
        await feed.ReadAsync(since, wait, cancellationToken) switch
        {
            FeedOutcome.Page page => new RequestPage([.. page.Entries.Select(ToRow)], page.Last, page.IsFull),
            FeedOutcome.Unavailable { Cause: var cause } => throw new FeedUnavailableException(cause),
            var other => throw new InvalidOperationException($"Unknown outcome {other}"),
        };

    private RequestRow ToRow(FeedEntry entry)
    {
        if (!ActionStates.IsRequest(entry.Action))
        {
            return RequestRow.WithoutRequest(entry.Id);
        }

        if (catalog.FindByRequest(entry.Action) is { } action)
        {
            // Workers may hold the message for a while after it came back, and no queue counts it then.
            return new RequestRow(
                entry.Id,
                entry.Revision,
                action,
                entry.NotBefore,
                RequestOrigin.From(entry.Trace, entry.RequestedAt),
                Lanes.FromPriority(entry.Priority),
                delayed.FindReturn(entry.NextAttemptAt, margin: BacklogGuard.LongestHeld));
        }

        unrouted?.Note(entry.Action, entry.Id, entry.Trace);
        return RequestRow.WithoutRequest(entry.Id);
    }
}

/// <summary>One page of the feed.</summary>
/// <param name="Rows">Its rows in order.</param>
/// <param name="Last">Where the next page begins.</param>
/// <param name="IsFull">Whether more changes are probably ready.</param>
internal sealed record RequestPage(IReadOnlyList<RequestRow> Rows, string Last, bool IsFull);

/// <summary>What one row of the feed says about requests.</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="Revision">The revision that asks; empty when nothing is asked for.</param>
/// <param name="Action">The action that it asks for; null when it asks for none of the catalog.</param>
/// <param name="NotBefore">The document's <c>notBefore</c>; null when it has none that can be read.</param>
/// <param name="Origin">How the request began; null when nothing of it is needed.</param>
/// <param name="Lane">The lane of the request.</param>
/// <param name="DelayedUntil">
/// Until when its message may wait in a delay queue, or a worker hold it, because a worker has noted so in the document; null otherwise.
/// </param>
internal sealed record RequestRow(
    string Id,
    string Revision,
    ActionContract? Action,
    DateTimeOffset? NotBefore,
    RequestOrigin? Origin = null,
    Lane Lane = Lane.Interactive,
    DateTimeOffset? DelayedUntil = null)
{
    /// <summary>A document that asks for nothing.</summary>
    public static RequestRow WithoutRequest(string id) => new(id, "", null, null);
}

/// <summary>Sync Gateway cannot be followed now. The message is a sentence for an operator.</summary>
internal sealed class FeedUnavailableException(Unavailability cause) : Exception(cause.Reason)
{
    /// <summary>How long Sync Gateway asked to wait; null when it did not.</summary>
    public TimeSpan? RetryAfter => cause.RetryAfter;
}
