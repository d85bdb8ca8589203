using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>The checkpoint as it lies in the keyspace, replaced by compare-and-swap.</summary>
internal sealed class CheckpointStore(SyncGatewayClient client, string keyspace, CheckpointSigner seal)
{
    /// <summary>The name of the local document.</summary>
    public const string Name = "offline-actions-checkpoint";

    /// <summary>What lies there.</summary>
    /// <param name="Revision">What a write must name; null when nothing lies there.</param>
    /// <param name="Checkpoint">Null when nothing lies there, or something that we have not written.</param>
    public sealed record Content(string? Revision, Checkpoint? Checkpoint);

    /// <exception cref="FeedUnavailableException">It cannot be read now.</exception>
    public async Task<Content> ReadAsync(CancellationToken cancellationToken) => await client.ReadLocalAsync(keyspace, Name, cancellationToken) switch
    {
        LocalReadOutcome.Found found => new Content(found.Revision, seal.Read(found.Body)),
        LocalReadOutcome.Missing => new Content(null, null),
        LocalReadOutcome.Unavailable { Cause: var cause } => throw new FeedUnavailableException(cause),
        var other => throw new InvalidOperationException($"Unknown outcome {other}"),
    };

    /// <returns>The new revision; null when somebody else has written, or removed it.</returns>
    /// <exception cref="FeedUnavailableException">Nobody knows whether it was written; reading it tells.</exception>
    public async Task<string?> WriteAsync(Checkpoint checkpoint, string? revision, CancellationToken cancellationToken) =>
        await client.WriteLocalAsync(keyspace, Name, revision, seal.Write(checkpoint), cancellationToken) switch
        {
            LocalWriteOutcome.Written written => written.Revision,
            LocalWriteOutcome.Conflict => null,
            LocalWriteOutcome.Unavailable { Cause: var cause } => throw new FeedUnavailableException(cause),
            var other => throw new InvalidOperationException($"Unknown outcome {other}"),
        };
}
