using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.OpenRequests;

/// <summary>Finds the open requests of one keyspace in its changes feed. A later entry of the same document closes a request.</summary>
internal sealed class OpenRequestScan(SyncGatewayClient documents, ActionCatalog actions, string keyspace, string? channel)
{
    /// <summary>
    /// While documents are written all the time, no page is empty. After this many pages in a row that are not full, the rest is newer
    /// than the scan.
    /// </summary>
    private const int MaxPartialPages = 10;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);

    private readonly FeedReader feed = new(documents, keyspace, channel);
    private readonly Dictionary<string, OpenRequest> open = new(StringComparer.Ordinal);
    private string since = "0";

    /// <summary>Reads from where the last call ended to the end of the feed.</summary>
    /// <returns>All requests that are open now.</returns>
    /// <exception cref="UnavailableException">The feed cannot be read.</exception>
    public async Task<IReadOnlyCollection<OpenRequest>> ReadOnAsync(CancellationToken cancellationToken)
    {
        for (var partialPages = 0; partialPages < MaxPartialPages;)
        {
            switch (await feed.ReadAsync(since, Wait, cancellationToken))
            {
                case FeedOutcome.Page { Entries: [] } page when page.Last == since:
                    return open.Values;
                case FeedOutcome.Page page:
                    partialPages = page.IsFull ? 0 : partialPages + 1;
                    foreach (var entry in page.Entries)
                    {
                        Apply(entry);
                    }

                    since = page.Last;
                    break;
                case FeedOutcome.Unavailable { Cause: var cause }:
                    throw new UnavailableException(cause.Reason);
            }
        }

        return open.Values;
    }

    private void Apply(FeedEntry entry)
    {
        if (entry.Action is { } action && actions.FindByRequest(action) is { } contract)
        {
            open[entry.Id] = new OpenRequest(contract, keyspace, entry.Id, entry.Revision, Lanes.FromPriority(entry.Priority));
        }
        else
        {
            open.Remove(entry.Id);
        }
    }
}
