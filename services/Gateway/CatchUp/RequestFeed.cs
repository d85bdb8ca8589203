using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>Reads the changes feed of one keyspace. Of the actions in it, only requests that the catalog contains remain.</summary>
/// <param name="feed">The feed.</param>
/// <param name="catalog">The actions.</param>
/// <param name="unrouted">Where unknown requests are counted; null when the webhook counts them.</param>
internal sealed class RequestFeed(FeedReader feed, ActionCatalog catalog, UnroutedRequests? unrouted)
{
    /// <summary>Reads one page.</summary>
    /// <param name="since">Where the last page ended.</param>
    /// <param name="wait">How long Sync Gateway waits while nothing changes.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="FeedUnavailableException">The feed cannot be read now.</exception>
    public async Task<FeedOutcome.Page> ReadAsync(string since, TimeSpan wait, CancellationToken cancellationToken) =>
        await feed.ReadAsync(since, wait, cancellationToken) switch
        {
            FeedOutcome.Page page => page with { Entries = [.. page.Entries.Select(Filter)] },
            FeedOutcome.Unavailable { Cause: var cause } => throw new FeedUnavailableException(cause),
            var other => throw new InvalidOperationException($"Unknown outcome {other}"),
        };

    private FeedEntry Filter(FeedEntry entry)
    {
        if (!ActionStates.IsRequest(entry.Action))
        {
            return FeedEntry.WithoutAction(entry.Id);
        }

        if (catalog.FindByRequest(entry.Action) is not null)
        {
            return entry;
        }

        unrouted?.Note(entry.Action, entry.Id);
        return FeedEntry.WithoutAction(entry.Id);
    }
}

/// <summary>The feed or the checkpoint cannot be read or written now. The message is a sentence for an operator.</summary>
internal sealed class FeedUnavailableException(Unavailability cause) : Exception(cause.Reason)
{
    /// <summary>How long Sync Gateway asked to wait; null when it did not.</summary>
    public TimeSpan? RetryAfter => cause.RetryAfter;
}
