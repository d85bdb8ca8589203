using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Turns checkpoints into documents and back. Every user of a database may write its local documents, so they are signed, and what is
/// not signed, or for another keyspace, is nothing.
/// </summary>
internal sealed class CheckpointSigner(string keyspace, string password)
{
    private const int KeyBytes = 32;

    private readonly byte[] key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(password), KeyBytes, info: "offline-actions checkpoint v1"u8.ToArray());

    public JsonObject Write(Checkpoint checkpoint) => new()
    {
        ["since"] = checkpoint.Since,
        ["marker"] = checkpoint.Marker,
        ["holder"] = checkpoint.Holder,
        ["channel"] = checkpoint.Channel,
        ["id"] = checkpoint.Id,
        ["requests"] = new JsonArray([.. checkpoint.Requests.Select(request => (JsonNode?)request)]),
        ["signature"] = Convert.ToBase64String(Sign(checkpoint)),
    };

    /// <returns>Null when we have not written that.</returns>
    public Checkpoint? Read(JsonObject document)
    {
        if (Text(document, "since") is not { } since
            || Text(document, "marker") is not { } marker
            || Text(document, "holder") is not { } holder
            || Text(document, "channel") is not { } channel
            || Text(document, "id") is not { } id
            || document["requests"] is not JsonArray requests
            || Text(document, "signature") is not { } signature)
        {
            return null;
        }

        var names = requests.Select(request => request is JsonValue value && value.TryGetValue<string>(out var name) ? name : null).ToArray();
        var checkpoint = new Checkpoint(since, marker, holder, channel, id, [.. names.OfType<string>()]);
        var signed = new byte[KeyBytes];
        return names.All(name => name is not null)
            && Convert.TryFromBase64String(signature, signed, out var length) && length == KeyBytes
            && CryptographicOperations.FixedTimeEquals(signed, Sign(checkpoint))
                ? checkpoint
                : null;
    }

    // As JSON, because there no two lists of texts are spelled alike.
    private byte[] Sign(Checkpoint checkpoint) => HMACSHA256.HashData(key, JsonSerializer.SerializeToUtf8Bytes<string[]>(
        [keyspace, checkpoint.Since, checkpoint.Marker, checkpoint.Holder, checkpoint.Channel, checkpoint.Id, .. checkpoint.Requests]));

    private static string? Text(JsonObject document, string name) =>
        document[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
