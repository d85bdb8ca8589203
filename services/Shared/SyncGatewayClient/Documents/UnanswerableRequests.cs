using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace OfflineActions.SyncGateway;

/// <summary>
/// Remembers which revisions request something whose answer Sync Gateway refuses to store. Such a document stays an open request; without
/// this, it would be published again and again. Each is noted in a <c>_local</c> document of its own, signed with the credentials of the
/// Sync Gateway user.
/// </summary>
public sealed class UnanswerableRequests(SyncGatewayClient documents, IOptions<SyncGatewayOptions> options)
{
    private const string Prefix = "offline-actions-refused-";

    private readonly LocalDocumentSigner signer = new($"{options.Value.User}:{options.Value.Password}", "offline-actions refused v1");

    /// <summary>
    /// Notes that a revision cannot be answered. When the note cannot be written, the request is published and refused again.
    /// </summary>
    /// <param name="keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
    /// <param name="id">The document's <c>_id</c>.</param>
    /// <param name="revision">The revision that requests the action.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    public async Task AddAsync(string keyspace, string id, string revision, CancellationToken cancellationToken)
    {
        var body = RawObject.Empty.With("revision", revision).With("signature", signer.Sign(keyspace, id, revision));
        switch (await documents.ReadLocalAsync(keyspace, Name(id), cancellationToken))
        {
            case LocalReadOutcome.Found found when !IsNote(found.Body, keyspace, id, revision):
                await documents.WriteLocalAsync(keyspace, Name(id), found.Revision, body, cancellationToken);
                break;
            case LocalReadOutcome.Missing:
                await documents.WriteLocalAsync(keyspace, Name(id), null, body, cancellationToken);
                break;
        }
    }

    /// <summary>Whether exactly this revision is noted.</summary>
    public async Task<bool> ContainsAsync(string keyspace, string id, string revision, CancellationToken cancellationToken) =>
        await documents.ReadLocalAsync(keyspace, Name(id), cancellationToken) is LocalReadOutcome.Found found
        && IsNote(found.Body, keyspace, id, revision);

    // Hashed, because an id may be as long as a name may be, and the prefix comes on top.
    private static string Name(string id) => Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    private bool IsNote(RawObject body, string keyspace, string id, string revision) =>
        body.Text("signature") is { } signature && signer.IsSignature(signature, keyspace, id, revision);
}
