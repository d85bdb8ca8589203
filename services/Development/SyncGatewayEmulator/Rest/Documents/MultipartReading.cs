using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Reads a document sent as <c>multipart/related</c>: its JSON, then the attachments marked <c>follows</c>.</summary>
internal static class MultipartReading
{
    /// <summary>The boundary of a <c>multipart/related</c> content type; null for other types.</summary>
    /// <exception cref="HttpError">400: the boundary is missing.</exception>
    public static string? BoundaryOf(string? contentType)
    {
        if (contentType is null || !contentType.Contains("multipart/related", StringComparison.OrdinalIgnoreCase)
            || !MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals("multipart/related", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return HeaderUtilities.RemoveQuotes(type.Boundary).Value is { Length: > 0 and <= 200 } boundary
            ? boundary
            : throw new HttpError(400, "Bad MIME: no boundary");
    }

    /// <returns>The JSON of the document with the data of the attachments.</returns>
    /// <exception cref="HttpError">400: the parts do not match the document. 415: the first part is not JSON.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        ReadOnlyMemory<byte> body, string boundary, CancellationToken cancellationToken)
    {
        var parts = await PartsAsync(body, boundary, cancellationToken);
        if (parts.Count == 0)
        {
            throw new HttpError(400, "Bad MIME: no parts");
        }

        if (parts[0].Type is { Length: > 0 } type && !type.StartsWith("application/json", StringComparison.Ordinal))
        {
            throw new HttpError(415, $"Invalid content type {type}");
        }

        var document = DocumentBody.ParseObject(parts[0].Data) ?? throw new HttpError(400, "Document body is empty");
        if (document.Value("_attachments"u8) is not { Span: [(byte)'{', ..] } json)
        {
            return parts.Count == 1 ? document.Json : throw new HttpError(400, "Too many MIME parts");
        }

        var attachments = CanonicalObject.Parse(json)!;
        var whole = Join(attachments, [.. parts.Skip(1).Select(part => part.Data)]);
        return document.With([new("_attachments", whole)]);
    }

    private static byte[] Join(CanonicalObject attachments, List<byte[]> following)
    {
        var waiting = attachments.Members
            .Select(member => (Name: System.Text.Encoding.UTF8.GetString(member.Name.Span), Json: attachments.ValueOf(member)))
            .Where(member => member.Json.Span[0] == '{')
            .Select(member => (member.Name, Meta: CanonicalObject.Parse(member.Json)!))
            .Where(member => member.Meta.IsTrue("follows"u8))
            .ToList();
        if (following.Count != waiting.Count)
        {
            throw new HttpError(400, following.Count < waiting.Count
                ? $"Too few MIME parts: expected {waiting.Count} attachments, got {following.Count}"
                : "Too many MIME parts");
        }

        var joined = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var data in following)
        {
            var (name, meta) = waiting.Find(one => one.Meta.Text("digest"u8) is { } digest
                && (digest == AttachmentReader.DigestOf(data) || digest == Md5Of(data)));
            if (name is null)
            {
                throw new HttpError(400, $"MIME part #{joined.Count + 2} doesn't match any attachment");
            }

            waiting.RemoveAll(one => one.Name == name);
            var kept =
                CanonicalObject.Parse(meta.Only(member => !member.Span.SequenceEqual("follows"u8) && !member.Span.SequenceEqual("stub"u8)))!;
            joined[name] = kept.With([new("data", new Utf8Buffer().Text(Convert.ToBase64String(data)).Memory)]);
        }

        return attachments.With(joined);
    }

    private static async Task<List<(
        string Type, byte[] Data)>> PartsAsync(ReadOnlyMemory<byte> body, string boundary, CancellationToken cancellationToken)
    {
        var parts = new List<(string, byte[])>();
        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(body.ToArray()));
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                using var data = new MemoryStream();
                await section.Body.CopyToAsync(data, cancellationToken);
                parts.Add((section.ContentType ?? "", data.ToArray()));
            }
        }
        catch (Exception error) when (error is IOException or InvalidDataException or ArgumentException)
        {
            throw new HttpError(400, $"Bad MIME: {error.Message}");
        }

        return parts;
    }

    // Clients of CouchDB may send MD5 digests.
    [SuppressMessage("Security", "CA5351", Justification = "The protocol's digest, not used for security.")]
    private static string Md5Of(byte[] data) => "md5-" + Convert.ToBase64String(MD5.HashData(data));
}
