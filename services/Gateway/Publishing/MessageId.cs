using System.Security.Cryptography;
using System.Text;
using Contracts;

namespace Gateway.Publishing;

/// <summary>The id of the message for a request: the same whoever publishes it, so that traces and tools can tell what belongs together.</summary>
internal static class MessageId
{
    /// <summary>A UUID of version 8 (RFC 9562): the first 122 free bits of a SHA-256 over what names the request.</summary>
    public static Guid Of(RequestReference reference)
    {
        // Neither a keyspace nor a revision can hold a line break, so that no two requests are written alike.
        var name = $"{reference.Keyspace}\n{reference.Revision}\n{reference.DocumentId}";
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
