using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>Where the next reader of a keyspace's feed begins, stored in that keyspace.</summary>
/// <param name="Since">The watermark: before it no request is open.</param>
/// <param name="Marker">The broker's marker when this was written; empty when there was none.</param>
/// <param name="Holder">The gateway that follows the feed; empty when it released the lease.</param>
/// <param name="Channel">The channel the watermark belongs to; empty for the whole feed.</param>
/// <param name="Id">Unique for each write.</param>
/// <param name="Requests">The requests in the catalog at that time. Others were skipped, so a new one needs a new scan.</param>
internal sealed record Checkpoint(string Since, string Marker, string Holder, string Channel, string Id, IReadOnlyList<string> Requests);

/// <summary>Converts checkpoints to signed documents and back.</summary>
internal sealed class CheckpointSigner(string keyspace, string password)
{
    private readonly LocalDocumentSigner signer = new(password, "offline-actions checkpoint v1");

    public JsonObject Write(Checkpoint checkpoint) => new()
    {
        ["since"] = checkpoint.Since,
        ["marker"] = checkpoint.Marker,
        ["holder"] = checkpoint.Holder,
        ["channel"] = checkpoint.Channel,
        ["id"] = checkpoint.Id,
        ["requests"] = new JsonArray([.. checkpoint.Requests.Select(request => (JsonNode?)request)]),
        ["signature"] = signer.Sign(SignedValues(checkpoint)),
    };

    /// <returns>Null for a document that is not signed with our password for this keyspace.</returns>
    public Checkpoint? Read(JsonObject document)
    {
        if (Text(document["since"]) is not { } since
            || Text(document["marker"]) is not { } marker
            || Text(document["holder"]) is not { } holder
            || Text(document["channel"]) is not { } channel
            || Text(document["id"]) is not { } id
            || document["requests"] is not JsonArray requests
            || Text(document["signature"]) is not { } signature)
        {
            return null;
        }

        var names = requests.Select(Text).ToArray();
        var checkpoint = new Checkpoint(since, marker, holder, channel, id, [.. names.OfType<string>()]);
        return names.All(name => name is not null) && signer.IsSignature(signature, SignedValues(checkpoint)) ? checkpoint : null;
    }

    private string[] SignedValues(Checkpoint checkpoint) =>
        [keyspace, checkpoint.Since, checkpoint.Marker, checkpoint.Holder, checkpoint.Channel, checkpoint.Id, .. checkpoint.Requests];

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

/// <summary>Reads the checkpoint of a keyspace, and replaces it by compare-and-swap.</summary>
internal sealed class CheckpointStore(SyncGatewayClient client, string keyspace, CheckpointSigner signer)
{
    /// <summary>The name of the <c>_local</c> document.</summary>
    public const string Name = "offline-actions-checkpoint";

    /// <summary>The stored document.</summary>
    /// <param name="Revision">The revision that a write must name; null when there is no document.</param>
    /// <param name="Checkpoint">Null when there is no document, or no gateway wrote it.</param>
    public sealed record Content(string? Revision, Checkpoint? Checkpoint);

    /// <exception cref="FeedUnavailableException">Sync Gateway cannot be used now.</exception>
    public async Task<Content> ReadAsync(CancellationToken cancellationToken) =>
        await client.ReadLocalAsync(keyspace, Name, cancellationToken) switch
        {
            LocalReadOutcome.Found found => new Content(found.Revision, signer.Read(found.Body)),
            LocalReadOutcome.Missing => new Content(null, null),
            LocalReadOutcome.Unavailable { Cause: var cause } => throw new FeedUnavailableException(cause),
            var other => throw new InvalidOperationException($"Unknown outcome {other}"),
        };

    /// <returns>The new revision; null when the document was written or deleted meanwhile.</returns>
    /// <exception cref="FeedUnavailableException">No usable answer. The write may have happened.</exception>
    public async Task<string?> WriteAsync(Checkpoint checkpoint, string? revision, CancellationToken cancellationToken) =>
        await client.WriteLocalAsync(keyspace, Name, revision, signer.Write(checkpoint), cancellationToken) switch
        {
            LocalWriteOutcome.Written written => written.Revision,
            LocalWriteOutcome.Conflict => null,
            LocalWriteOutcome.Unavailable { Cause: var cause } => throw new FeedUnavailableException(cause),
            var other => throw new InvalidOperationException($"Unknown outcome {other}"),
        };
}
