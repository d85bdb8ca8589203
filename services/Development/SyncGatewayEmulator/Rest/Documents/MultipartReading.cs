using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Reads a document sent as <c>multipart/related</c>: its JSON, then the attachments marked <c>follows</c>.</summary>
internal static class MultipartReading
{
    /// <param name="body">The parts.</param>
    /// <param name="contentType">The content type, which names the boundary.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The JSON of the document with the data of the attachments.</returns>
    /// <exception cref="HttpError">
    /// 400: the parts do not match the document, or the first one is not JSON. 500: there are no parts.
    /// </exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        ReadOnlyMemory<byte> body, string contentType, CancellationToken cancellationToken)
    {
        var (parts, end) = await PartsAsync(body, ContentTypes.BoundaryOf(contentType), cancellationToken);
        if (parts.Count == 0)
        {
            throw Unread(end ?? "EOF");
        }

        var document = DocumentBody.ParseObject(await JsonOfAsync(parts[0], cancellationToken))
            ?? throw new HttpError(400, "Document body is empty");
        var attachments = document.Value("_attachments"u8) is { Span: [(byte)'{', ..] } json
            ? CanonicalObject.Parse(json)!
            : CanonicalObject.Empty;
        var whole = Join(attachments, parts, end);
        return whole is null ? document.Json : document.With([new("_attachments", whole)]);
    }

    /// <returns>The attachments with the data of the parts; null when no part belongs to one.</returns>
    private static byte[]? Join(CanonicalObject attachments, List<Part> parts, string? end)
    {
        var waiting = attachments.Members
            .Select(member => (Name: Encoding.UTF8.GetString(member.Name.Span), Json: attachments.ValueOf(member)))
            .Where(member => member.Json.Span[0] == '{')
            .Select(member => (member.Name, Meta: CanonicalObject.Parse(member.Json)!))
            .Where(member => member.Meta.IsTrue("follows"u8))
            .ToList();
        var expected = waiting.Count;
        var joined = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        for (var number = 1; number <= expected; number++)
        {
            if (number == parts.Count)
            {
                throw end is null
                    ? new HttpError(400, $"Too few MIME parts: expected {expected} attachments, got {number - 1}")
                    : Unread(end);
            }

            var data = parts[number].Data;
            var (name, meta) = waiting.Find(one => one.Meta.Text("digest"u8) is { } digest
                && (digest == AttachmentReader.DigestOf(data) || digest == Md5Of(data)));
            if (name is null)
            {
                throw new HttpError(400, $"MIME part #{number + 1} doesn't match any attachment");
            }

            if ((meta.Integer("encoded_length"u8) ?? meta.Integer("length"u8)) is { } length && length != data.Length)
            {
                throw new HttpError(
                    400, $"Attachment length mismatch for {GoText.Quote(name)}: read {data.Length} bytes, should be {length}");
            }

            waiting.RemoveAll(one => one.Name == name);
            var kept = CanonicalObject.Parse(
                meta.Only(member => !member.Span.SequenceEqual("follows"u8) && !member.Span.SequenceEqual("stub"u8)))!;
            joined[name] = kept.With([new("data", new Utf8Buffer().Text(Convert.ToBase64String(data)).Memory)]);
        }

        return parts.Count > expected + 1 ? throw new HttpError(400, $"Too many MIME parts (expected {expected + 1})")
            : end is not null ? throw Unread(end)
            : expected > 0 ? attachments.With(joined) : null;
    }

    private static async Task<ReadOnlyMemory<byte>> JsonOfAsync(Part part, CancellationToken cancellationToken)
    {
        var reason = ContentTypes.ReasonAgainstJson(part.Type) is { } other ? $"415 {other}"
            : part.Encoding is not ("" or "gzip") ? $"415 {RequestEncoding.Unsupported}"
            : part.Encoding.Length > 0 ? RequestEncoding.ReasonAgainst(new ReadOnlySequence<byte>(part.Data))
            : null;
        return reason is not null ? throw HttpError.BadJson(reason)
            : part.Encoding.Length > 0 ? (await RequestEncoding.UnpackAsync(new MemoryStream(part.Data), cancellationToken)).Bytes
            : part.Data;
    }

    /// <returns>The parts, and what ended the reading before the last boundary, in Go's words; null at that boundary.</returns>
    private static async Task<(List<Part> Parts, string? End)> PartsAsync(
        ReadOnlyMemory<byte> body, string? boundary, CancellationToken cancellationToken)
    {
        const string CutOff = "multipart: NextPart: EOF";
        var parts = new List<Part>();
        if (boundary is null)
        {
            return (parts, CutOff);
        }

        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(body.ToArray()));
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                using var data = new MemoryStream();
                await section.Body.CopyToAsync(data, cancellationToken);
                var encoding = section.Headers?.TryGetValue("Content-Encoding", out var given) ?? false ? given.ToString() : "";
                parts.Add(new(section.ContentType ?? "", encoding, data.ToArray()));
            }

            return (parts, null);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or ArgumentException)
        {
            return (parts, CutOff);
        }
    }

    private static HttpError Unread(string reason) => new(500, $"Internal error: {reason}");

    // Clients of CouchDB may send MD5 digests.
    [SuppressMessage("Security", "CA5351", Justification = "The protocol's digest, not used for security.")]
    private static string Md5Of(byte[] data) => "md5-" + Convert.ToBase64String(MD5.HashData(data));

    private sealed record Part(string Type, string Encoding, byte[] Data);
}
