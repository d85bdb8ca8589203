using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace OfflineActions.SyncGateway;

/// <summary>
/// Remembers, beside the documents, which revisions ask for something whose answer Sync Gateway refuses to store. Such a document asks
/// for ever; who looks for open requests is to know that this one has been given up. One <c>_local</c> document for each, signed with
/// the password of the Sync Gateway user, because every user may write those.
/// </summary>
public sealed class UnanswerableRequests(SyncGatewayClient documents, IOptions<SyncGatewayOptions> options)
{
    private const string Prefix = "offline-actions-refused-";
    private const int KeyBytes = 32;

    private readonly byte[] key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        Encoding.UTF8.GetBytes($"{options.Value.User}:{options.Value.Password}"),
        KeyBytes,
        info: "offline-actions refused v1"u8.ToArray());

    /// <summary>Notes that a revision is given up. If that does not work out, it is taken for open, and found out again.</summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="id">The document's <c>_id</c>.</param>
    /// <param name="revision">The revision that asks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AddAsync(string keyspace, string id, string revision, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["revision"] = revision, ["signature"] = Sign(keyspace, id, revision) };
        switch (await documents.ReadLocalAsync(keyspace, Name(id), cancellationToken))
        {
            case LocalReadOutcome.Found found when !IsOurs(found.Body, keyspace, id, revision):
                await documents.WriteLocalAsync(keyspace, Name(id), found.Revision, body, cancellationToken);
                break;
            case LocalReadOutcome.Missing:
                await documents.WriteLocalAsync(keyspace, Name(id), null, body, cancellationToken);
                break;
        }
    }

    /// <summary>Whether exactly this revision is known to be given up.</summary>
    public async Task<bool> ContainsAsync(string keyspace, string id, string revision, CancellationToken cancellationToken) =>
        await documents.ReadLocalAsync(keyspace, Name(id), cancellationToken) is LocalReadOutcome.Found found && IsOurs(found.Body, keyspace, id, revision);

    // An id may be as long as a name may be at most.
    private static string Name(string id) => Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    private bool IsOurs(JsonObject body, string keyspace, string id, string revision) =>
        body["signature"] is JsonValue value
        && value.TryGetValue<string>(out var signature)
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(Sign(keyspace, id, revision)));

    private string Sign(string keyspace, string id, string revision) =>
        Convert.ToBase64String(HMACSHA256.HashData(key, JsonSerializer.SerializeToUtf8Bytes<string[]>([keyspace, id, revision])));
}
