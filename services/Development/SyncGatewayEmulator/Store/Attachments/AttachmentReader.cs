using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Store;

/// <summary>Reads the attachments of a new revision from its <c>_attachments</c> and from its parent.</summary>
internal static class AttachmentReader
{
    private const int Largest = 20 << 20;

    /// <exception cref="HttpError">
    /// 413: an attachment is larger than 20 MiB. 400: an attachment has neither data nor a valid stub. 500: its base64 is invalid.
    /// </exception>
    public static IReadOnlyList<Attachment> Read(CanonicalObject document, IReadOnlyList<Attachment> parents, int generation)
    {
        // Anything but an object counts as none.
        if (document.Value("_attachments"u8) is not { Span: [(byte)'{', ..] } json)
        {
            return [];
        }

        var sent = CanonicalObject.Parse(json)!;
        return sent.Members.Count == 0 ? AttachmentStubs.NoneWritten :
        [
            .. sent.Members.Select(member => Read(Encoding.UTF8.GetString(member.Name.Span), sent.ValueOf(member), parents, generation)),
        ];
    }

    private static Attachment Read(string name, ReadOnlyMemory<byte> json, IReadOnlyList<Attachment> parents, int generation)
    {
        if (json.Span[0] != '{')
        {
            throw new HttpError(400, "Invalid _attachments");
        }

        var sent = CanonicalObject.Parse(json)!;
        if (sent.Value("data"u8) is { } given && !given.Span.SequenceEqual("null"u8))
        {
            var data = Decode(given);
            if (data.Length > Largest)
            {
                throw new HttpError(413, "Attachment too large");
            }

            return sent.Text("encoding"u8) is { } encoding
                ? new(name, sent.Text("content_type"u8), DigestOf(data), null, generation, data, encoding, data.Length)
                : new(name, sent.Text("content_type"u8), DigestOf(data), data.Length, generation, data);
        }

        if (!sent.IsTrue("stub"u8))
        {
            throw new HttpError(400, $"Missing data of attachment {GoText.Quote(name)}");
        }

        return parents.FirstOrDefault(parent => parent.Name == name)
            ?? (sent.Text("digest"u8) is { Length: > 0 } digest
                ? new(name, sent.Text("content_type"u8), digest, sent.Integer("length"u8) ?? 0, (int)(sent.Integer("revpos"u8) ?? 0), null)
                : throw new HttpError(400, $"Missing digest in stub attachment {GoText.Quote(name)}"));
    }

    [SuppressMessage("Security", "CA5350", Justification = "The protocol's digest, not used for security.")]
    public static string DigestOf(byte[] data) => "sha1-" + Convert.ToBase64String(SHA1.HashData(data));

    private static byte[] Decode(ReadOnlyMemory<byte> json)
    {
        if (CanonicalObject.TextOf(json) is not { } text)
        {
            throw new HttpError(400, $"invalid attachment data (type {GoTypeOf(json.Span[0])})");
        }

        return GoBase64.Decode(Encoding.UTF8.GetBytes(text), out var data) is >= 0 and var at
            ? throw new HttpError(500, $"Internal error: illegal base64 data at input byte {at}")
            : data;
    }

    private static string GoTypeOf(byte first) => first switch
    {
        (byte)'{' => "map[string]interface {}",
        (byte)'[' => "[]interface {}",
        (byte)'t' or (byte)'f' => "bool",
        _ => "json.Number",
    };
}
