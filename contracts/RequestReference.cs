using System.Security.Cryptography;
using System.Text;

namespace Contracts;

/// <summary>What every action's message says: which revision of which document asked, and when that was seen.</summary>
/// <param name="Keyspace"><c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>.</param>
/// <param name="DocumentId">The document's <c>_id</c>.</param>
/// <param name="Revision">The revision that asked.</param>
/// <param name="RequestedAt">When the request was first seen on this side of Sync Gateway, in UTC.</param>
public sealed record RequestReference(string Keyspace, string DocumentId, string Revision, DateTimeOffset RequestedAt)
{
    /// <summary>
    /// The id of the message, the same whoever publishes it and whenever, so that traces and tools can tell what belongs together:
    /// a UUID of version 8 (RFC 9562), the free 122 bits filled from a SHA-256 over what names the request.
    /// </summary>
    public Guid MessageId
    {
        get
        {
            // Neither a keyspace nor a revision can hold a line break, so that no two requests are written alike.
            var name = $"{Keyspace}\n{Revision}\n{DocumentId}";
            var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16);
            bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
            bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
            return new Guid(bytes, bigEndian: true);
        }
    }
}
