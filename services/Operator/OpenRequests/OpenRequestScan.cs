using System.Text.Json;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.OpenRequests;

/// <summary>The open requests of one keyspace, from its changes feed alone: a later row of a document tells that it is closed.</summary>
internal sealed class OpenRequestScan(SyncGatewayClient documents, string keyspace, string? channel)
{
    private const int MostRows = 500;

    /// <summary>A database that is written to all the time never has an empty batch; what is that new is not what is looked for.</summary>
    private const int ShortBatches = 10;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, OpenRequest> open = new(StringComparer.Ordinal);
    private string since = "0";

    /// <summary>Reads on to the end of the feed.</summary>
    /// <returns>All that are open by now.</returns>
    /// <exception cref="UnavailableException">The feed cannot be read.</exception>
    public async Task<IReadOnlyCollection<OpenRequest>> ReadOnAsync(CancellationToken cancellationToken)
    {
        var (limit, withDocuments) = (MostRows, true);
        for (var shortOnes = 0; shortOnes < ShortBatches;)
        {
            var query = new ChangesQuery { Since = since, Limit = limit, Wait = Wait, Channel = channel, WithDocuments = withDocuments };
            switch (await documents.ChangesAsync(keyspace, query, cancellationToken))
            {
                case ChangesOutcome.Batch { Rows: [] } batch when batch.Last == since:
                    return open.Values;
                case ChangesOutcome.Batch batch:
                    shortOnes = batch.Rows.Count < limit / 2 ? shortOnes + 1 : 0;
                    await NoteAsync(batch.Rows, cancellationToken);
                    (since, limit, withDocuments) = (batch.Last, Math.Min(limit * 2, MostRows), true);
                    break;
                case ChangesOutcome.TooLong when withDocuments:
                    // Large documents: fewer at a time, and one that is too large for the feed is read by itself.
                    (limit, withDocuments) = (Math.Max(limit / 2, 1), limit > 1);
                    break;
                case ChangesOutcome.TooLong trouble:
                    throw new UnavailableException(trouble.Reason);
                case ChangesOutcome.Unavailable trouble:
                    throw new UnavailableException(trouble.Reason);
                case ChangesOutcome.Misconfigured trouble:
                    throw new UnavailableException(trouble.Reason);
            }
        }

        return open.Values;
    }

    private async Task NoteAsync(IReadOnlyList<ChangesRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows)
        {
            var state = row switch
            {
                { IsRemoved: true } => default,
                { Document: { } document } => DocumentState.Read(document.Span),
                _ => await ReadAsync(row.Id, cancellationToken),
            };
            var action = state.Revision is null ? null : ActionCatalog.Default.Actions.FirstOrDefault(known => known.States.Request == state.Action);
            if (action is null || !DocumentId.IsValid(row.Id))
            {
                open.Remove(row.Id);
            }
            else
            {
                open[row.Id] = new OpenRequest(action, keyspace, row.Id, state.Revision!);
            }
        }
    }

    private async Task<DocumentState> ReadAsync(string id, CancellationToken cancellationToken) => !DocumentId.IsValid(id)
        ? default
        : await documents.ReadAsync(keyspace, id, cancellationToken) switch
        {
            ReadOutcome.Found { Document: var document } => new DocumentState(
                document.Body["action"] is { } action && action.GetValueKind() is JsonValueKind.String ? (string?)action : null,
                document.Revision),
            ReadOutcome.Unavailable trouble => throw new UnavailableException(trouble.Reason),
            ReadOutcome.Misconfigured trouble => throw new UnavailableException(trouble.Reason),
            _ => default,
        };
}
