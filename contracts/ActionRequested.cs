using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace OfflineActions.Contracts;

/// <summary>The message of every action: which revision of which document is the request, and when it was first received.</summary>
/// <remarks>
/// A message refers to a document and does not contain it; the consumer reads the current document. Delivery is at least once and
/// unordered: a request may arrive twice, late, or after the document has changed.
/// </remarks>
public abstract record ActionRequested
{
    /// <summary>The document's keyspace: <c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</summary>
    [JsonRequired]
    public string Keyspace { get; init; } = "";

    /// <summary>The document's <c>_id</c>.</summary>
    [JsonRequired]
    public string DocumentId { get; init; } = "";

    /// <summary>The revision that is the request, for example <c>1-cd809becc169215072fd567eebd8b8de</c>.</summary>
    [JsonRequired]
    public string Revision { get; init; } = "";

    /// <summary>When the gateway or the operator's tool first received the request, in UTC.</summary>
    [JsonRequired]
    public DateTimeOffset RequestedAt { get; init; }

    /// <summary>
    /// The id of the message, the same for every message of this request, so that traces and tools can correlate them. It is a UUID of
    /// version 8 (RFC 9562) whose 122 free bits come from a SHA-256 of keyspace, revision and document id.
    /// </summary>
    [JsonIgnore]
    public Guid MessageId
    {
        get
        {
            // Keyspaces and revisions contain no line break, so two different requests never give the same text.
            var name = $"{Keyspace}\n{Revision}\n{DocumentId}";
            var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16);
            bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
            bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
            return new Guid(bytes, bigEndian: true);
        }
    }
}
