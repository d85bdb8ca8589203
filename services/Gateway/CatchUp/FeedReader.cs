using System.Text.Json;
using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>Reads a keyspace's feed batch by batch, and of each document the little that matters.</summary>
internal sealed class FeedReader(SyncGatewayClient client, ActionCatalog catalog, UnroutedRequests? unrouted, string keyspace, string? channel)
{
    private const int MostRows = 500;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private int limit = MostRows;
    private bool withDocuments = true;

    /// <param name="Documents">What the rows say.</param>
    /// <param name="Last">From where to read on.</param>
    /// <param name="IsFull">There is probably more at once.</param>
    public sealed record Batch(IReadOnlyList<FeedEntry> Documents, string Last, bool IsFull);

    /// <summary>Reads on.</summary>
    /// <param name="since">Where the last batch ended.</param>
    /// <param name="wait">For how long, while nothing changes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FeedUnavailableException">It cannot be read now.</exception>
    public async Task<Batch> ReadAsync(string since, TimeSpan wait, CancellationToken cancellationToken)
    {
        // Zero would mean for ever.
        wait = wait > ShortestWait ? wait : ShortestWait;
        while (true)
        {
            var query = new ChangesQuery { Since = since, Limit = limit, Wait = wait, Channel = channel, WithDocuments = withDocuments };
            switch (await client.ChangesAsync(keyspace, query, cancellationToken))
            {
                case ChangesOutcome.Batch batch:
                    var full = batch.Rows.Count >= limit;
                    var seen = await UnderstandAsync(batch.Rows, cancellationToken);
                    (limit, withDocuments) = (Math.Min(limit * 2, MostRows), true);
                    return new Batch(seen, batch.Last, full);
                case ChangesOutcome.TooLong trouble:
                    AskForLess(trouble);
                    break;
                case ChangesOutcome.Unavailable trouble:
                    throw new FeedUnavailableException(trouble.Reason, trouble.RetryAfter);
                case ChangesOutcome.Misconfigured trouble:
                    throw new FeedUnavailableException(trouble.Reason);
            }
        }
    }

    // Large documents: fewer at a time, and if even one is too large for the feed, it is read by itself.
    private void AskForLess(ChangesOutcome.TooLong trouble)
    {
        if (!withDocuments)
        {
            throw new FeedUnavailableException(trouble.Reason);
        }

        withDocuments = limit > 1;
        limit = Math.Max(limit / 2, 1);
    }

    private async Task<List<FeedEntry>> UnderstandAsync(IReadOnlyList<ChangesRow> rows, CancellationToken cancellationToken)
    {
        var seen = new List<FeedEntry>(rows.Count);
        foreach (var row in rows)
        {
            seen.Add(row switch
            {
                { IsRemoved: true } => FeedEntry.WithoutRequest(row.Id),
                { Document: { } document } => Understand(row.Id, document.Span),
                _ => await ReadDocumentAsync(row.Id, cancellationToken),
            });
        }

        return seen;
    }

    private FeedEntry Understand(string id, ReadOnlySpan<byte> document)
    {
        string? revision = null;
        string? action = null;
        var deleted = false;
        var reader = new Utf8JsonReader(document, AnyDepth);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("action"u8) && reader.Read())
            {
                action = Text(ref reader);
            }
            else if (reader.ValueTextEquals("_rev"u8) && reader.Read())
            {
                revision = Text(ref reader);
            }
            else if ((reader.ValueTextEquals("_deleted"u8) || reader.ValueTextEquals("_removed"u8)) && reader.Read())
            {
                deleted |= reader.TokenType is JsonTokenType.True;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        return deleted ? FeedEntry.WithoutRequest(id) : Understand(id, revision, action);
    }

    private async Task<FeedEntry> ReadDocumentAsync(string id, CancellationToken cancellationToken)
    {
        if (!DocumentId.IsValid(id))
        {
            return FeedEntry.WithoutRequest(id);
        }

        return await client.ReadAsync(keyspace, id, cancellationToken) switch
        {
            ReadOutcome.Found { Document: var document } => Understand(
                id, document.Revision, document.Body["action"] is { } action && action.GetValueKind() is JsonValueKind.String ? (string?)action : null),
            // No worker could read it either.
            ReadOutcome.Missing or ReadOutcome.Deleted or ReadOutcome.Unreadable => FeedEntry.WithoutRequest(id),
            ReadOutcome.Unavailable trouble => throw new FeedUnavailableException(trouble.Reason, trouble.RetryAfter),
            ReadOutcome.Misconfigured trouble => throw new FeedUnavailableException(trouble.Reason),
            var other => throw new InvalidOperationException($"Unknown outcome {other}"),
        };
    }

    private FeedEntry Understand(string id, string? revision, string? action)
    {
        if (action is null || revision is null || !DocumentId.IsValid(id) || !action.EndsWith(ActionStates.RequestSuffix, StringComparison.Ordinal))
        {
            return FeedEntry.WithoutRequest(id);
        }

        if (catalog.FindByRequest(action) is null)
        {
            unrouted?.Note(action, id);
            return FeedEntry.WithoutRequest(id);
        }

        return new FeedEntry(id, revision, action);
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        var text = reader.TokenType is JsonTokenType.String ? reader.GetString() : null;
        reader.Skip();
        return text;
    }
}
