using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.SyncGateway;

/// <summary>One document of the changes feed, at its newest place in it.</summary>
/// <param name="Id">Its <c>_id</c>.</param>
/// <param name="Revision">Its <c>_rev</c>; empty when <paramref name="Action"/> is null.</param>
/// <param name="Action">Its <c>action</c>; null when it has none, was deleted, or left the channels that are read.</param>
/// <param name="NotBefore">Its <c>notBefore</c>; null when it has none that can be read.</param>
/// <param name="Trace">Its <c>traceparent</c>; null when it has none that is valid.</param>
/// <param name="RequestedAt">Its <c>requestedAt</c> as it is written; null when it has none.</param>
/// <param name="Priority">Its <c>priority</c>; null when it has none.</param>
/// <param name="NextAttemptAt">The <c>nextAttemptAt</c> of its <c>progress</c>; null when it has none that can be read.</param>
public sealed record FeedEntry(
    string Id,
    string Revision,
    string? Action,
    DateTimeOffset? NotBefore = null,
    TraceContext? Trace = null,
    string? RequestedAt = null,
    string? Priority = null,
    DateTimeOffset? NextAttemptAt = null)
{
    /// <summary>A document without an action.</summary>
    public static FeedEntry WithoutAction(string id) => new(id, "", null);

    internal static FeedEntry From(string id, DocumentState? state) => state is { Revision: { } revision, Action: { } action }
        ? new FeedEntry(
            id,
            revision,
            action,
            Rfc3339.Parse(state.NotBefore),
            state.Trace,
            state.RequestedAt,
            state.Priority,
            Rfc3339.Parse(state.NextAttemptAt))
        : WithoutAction(id);
}

/// <summary>How reading a page of the feed ended.</summary>
public abstract record FeedOutcome
{
    private FeedOutcome()
    {
    }

    /// <summary>The documents that changed; none when nothing changed in time.</summary>
    /// <param name="Entries">In the order of the feed. A document may occur again on a later page.</param>
    /// <param name="Last">Where the next page begins. Opaque: do not compare or parse it.</param>
    /// <param name="IsFull">Whether more changes are probably ready.</param>
    public sealed record Page(IReadOnlyList<FeedEntry> Entries, string Last, bool IsFull) : FeedOutcome;

    /// <summary>The feed cannot be read now.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record Unavailable(Unavailability Cause) : FeedOutcome;
}

/// <summary>Reads the changes feed of a keyspace page by page, and of each document the few members that say what it requests.</summary>
/// <param name="client">Sync Gateway.</param>
/// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
/// <param name="channel">The only channel to read; null for everything the user may read.</param>
public sealed class FeedReader(SyncGatewayClient client, string keyspace, string? channel)
{
    private const int MaxRows = 500;

    /// <summary>Zero would mean for ever.</summary>
    private static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(1);

    private int limit = MaxRows;
    private bool withDocuments = true;

    /// <summary>Reads one page.</summary>
    /// <param name="since">Where the last page ended; <c>0</c> for the beginning.</param>
    /// <param name="wait">How long Sync Gateway waits while nothing changes.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public async Task<FeedOutcome> ReadAsync(string since, TimeSpan wait, CancellationToken cancellationToken)
    {
        while (true)
        {
            var query = new ChangesQuery
            {
                Since = since,
                Limit = limit,
                Wait = wait > MinWait ? wait : MinWait,
                Channel = channel,
                WithDocuments = withDocuments,
            };
            switch (await client.ReadChangesAsync(keyspace, query, cancellationToken))
            {
                case ChangesOutcome.Batch batch:
                    return await ReadPageAsync(batch, cancellationToken);
                case ChangesOutcome.TooLong when withDocuments:
                    // The documents are large: fewer of them at a time. One that is too large for the feed is read by itself.
                    (limit, withDocuments) = (Math.Max(limit / 2, 1), limit > 1);
                    break;
                case ChangesOutcome.TooLong tooLong:
                    return new FeedOutcome.Unavailable(new Unavailability(tooLong.Reason));
                case ChangesOutcome.Unavailable unavailable:
                    return new FeedOutcome.Unavailable(unavailable.Cause);
            }
        }
    }

    private async Task<FeedOutcome> ReadPageAsync(ChangesOutcome.Batch batch, CancellationToken cancellationToken)
    {
        var entries = new List<FeedEntry>(batch.Rows.Count);
        foreach (var row in batch.Rows)
        {
            if (row.IsRemoved || !DocumentId.IsValid(row.Id))
            {
                entries.Add(FeedEntry.WithoutAction(row.Id));
            }
            else if (row.Document is { } document)
            {
                entries.Add(FeedEntry.From(row.Id, DocumentState.ReadValid(document.Span, int.MaxValue)));
            }
            else
            {
                switch (await client.ReadAsync(keyspace, row.Id, cancellationToken))
                {
                    case ReadOutcome.Found { Document: var found }:
                        entries.Add(FeedEntry.From(row.Id, DocumentState.From(found)));
                        break;
                    case ReadOutcome.Unreadable unreadable:
                        entries.Add(FeedEntry.From(row.Id, unreadable.State));
                        break;
                    case ReadOutcome.Unavailable { IsForbidden: false } unavailable:
                        return new FeedOutcome.Unavailable(unavailable.Cause);
                    default:
                        entries.Add(FeedEntry.WithoutAction(row.Id));
                        break;
                }
            }
        }

        var isFull = batch.Rows.Count >= limit;
        (limit, withDocuments) = (Math.Min(limit * 2, MaxRows), true);
        return new FeedOutcome.Page(entries, batch.Last, isFull);
    }
}
