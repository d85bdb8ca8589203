using SyncGateway;

namespace Gateway.CatchUp;

/// <summary>The checkpoint as it lies in the keyspace, replaced by compare-and-swap.</summary>
internal sealed class CheckpointFile(SyncGatewayClient client, string keyspace, CheckpointSeal seal)
{
    /// <summary>The name of the local document.</summary>
    public const string Name = "offline-actions-checkpoint";

    /// <summary>What lies there.</summary>
    /// <param name="Revision">What a write must name; null when nothing lies there.</param>
    /// <param name="Checkpoint">Null when nothing lies there, or something that we have not written.</param>
    public sealed record Content(string? Revision, Checkpoint? Checkpoint);

    /// <exception cref="CatchUpTroubleException">It cannot be read now.</exception>
    public async Task<Content> Read(CancellationToken cancelled) => await client.ReadLocal(keyspace, Name, cancelled) switch
    {
        LocalReadOutcome.Found found => new Content(found.Revision, seal.Read(found.Body)),
        LocalReadOutcome.Missing => new Content(null, null),
        LocalReadOutcome.Unavailable trouble => throw new CatchUpTroubleException(trouble.Reason, trouble.RetryAfter),
        LocalReadOutcome.Misconfigured trouble => throw new CatchUpTroubleException(trouble.Reason),
        var other => throw new InvalidOperationException($"Unknown outcome {other}"),
    };

    /// <returns>The new revision; null when somebody else has written, or removed it.</returns>
    /// <exception cref="CatchUpTroubleException">Nobody knows whether it was written; reading it tells.</exception>
    public async Task<string?> Write(Checkpoint checkpoint, string? revision, CancellationToken cancelled) =>
        await client.WriteLocal(keyspace, Name, revision, seal.Write(checkpoint), cancelled) switch
        {
            LocalWriteOutcome.Written written => written.Revision,
            LocalWriteOutcome.Conflict => null,
            LocalWriteOutcome.Unavailable trouble => throw new CatchUpTroubleException(trouble.Reason, trouble.RetryAfter),
            LocalWriteOutcome.Misconfigured trouble => throw new CatchUpTroubleException(trouble.Reason),
            var other => throw new InvalidOperationException($"Unknown outcome {other}"),
        };
}
