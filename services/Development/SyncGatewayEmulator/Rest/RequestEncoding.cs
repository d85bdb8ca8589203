using System.Buffers;
using System.IO.Compression;

namespace OfflineActions.Emulators.Rest;

/// <summary>The <c>Content-Encoding</c> of requests and of their MIME parts: gzip or none.</summary>
internal static class RequestEncoding
{
    public const string Unsupported = "Unsupported Content-Encoding; use gzip";

    private const int HeaderLength = 10;

    /// <summary>Checks the encoding of a request, which Sync Gateway does before it looks for the database and the user.</summary>
    /// <exception cref="HttpError">415: another encoding than gzip. 500: the body does not begin as gzip does.</exception>
    public static async ValueTask CheckAsync(RequestContext context)
    {
        if (context.Request.Headers.ContentEncoding is not [{ Length: > 0 } encoding, ..])
        {
            return;
        }

        if (encoding != "gzip")
        {
            throw new HttpError(415, Unsupported);
        }

        var body = context.Request.BodyReader;
        var read = await body.ReadAtLeastAsync(HeaderLength, context.Cancelled);
        var reason = ReasonAgainst(read.Buffer);
        body.AdvanceTo(read.Buffer.Start);
        if (reason is not null)
        {
            throw new HttpError(500, $"Internal error: {reason}");
        }
    }

    /// <summary>Why this is not the beginning of gzip, in Go's words; null if it is.</summary>
    public static string? ReasonAgainst(ReadOnlySequence<byte> body)
    {
        if (body.Length < HeaderLength)
        {
            return body.IsEmpty ? "EOF" : "unexpected EOF";
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        body.Slice(0, HeaderLength).CopyTo(header);
        return header is [0x1F, 0x8B, 8, ..] ? null : "gzip: invalid header";
    }

    /// <summary>Unpacks a body.</summary>
    /// <returns>The bytes, and whether there are all: a body that is damaged or cut off is unpacked as far as it goes.</returns>
    public static async Task<(ReadOnlyMemory<byte> Bytes, bool IsWhole)> UnpackAsync(Stream packed, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await using var zip = new GZipStream(packed, CompressionMode.Decompress);
        var buffer = new byte[8192];
        try
        {
            while (await zip.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                bytes.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            return (bytes.ToArray(), false);
        }

        return (bytes.ToArray(), true);
    }
}
