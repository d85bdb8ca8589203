using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>Writes MIME parts in Go's format: headers sorted by name, a boundary before each part and at the end.</summary>
/// <param name="packs">Whether to pack JSON of some length, which the client unpacks.</param>
internal sealed class MultipartWriter(bool packs = false)
{
    private const int MinPackedLength = 300;

    private readonly Utf8Buffer output = new(1024);

    public string Boundary { get; } = RandomNumberGenerator.GetHexString(60, lowercase: true);

    /// <summary>Whether the client unpacks parts.</summary>
    public static bool IsPackedFor(RequestContext context) =>
        context.Request.Headers["X-Accept-Part-Encoding"] is [{ } encodings, ..] && encodings.Contains("gzip", StringComparison.Ordinal);

    /// <summary>A writer for parts of a part, which packs as this one does.</summary>
    public MultipartWriter Nest() => new(packs);

    public void AddJson(string contentType, ReadOnlySpan<byte> json)
    {
        if (!packs || json.Length < MinPackedLength)
        {
            Add([new("Content-Type", contentType)], json);
            return;
        }

        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(json);
        }

        Add([new("Content-Encoding", "gzip"), new("Content-Type", contentType)], packed.ToArray());
    }

    public void Add(IEnumerable<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body)
    {
        output.Append(output.Length > 0 ? "\r\n--"u8 : "--"u8).Append(Boundary).Append("\r\n"u8);
        foreach (var (name, value) in headers.OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            output.Append(name).Append(": "u8).Append(value.ReplaceLineEndings(" ")).Append("\r\n"u8);
        }

        output.Append("\r\n"u8).Append(body);
    }

    public ReadOnlyMemory<byte> Close() => output.Append("\r\n--"u8).Append(Boundary).Append("--\r\n"u8).Memory;

    /// <summary>Sends the parts as the response.</summary>
    /// <exception cref="HttpError">406: the client does not accept MIME parts.</exception>
    public async Task ReplyAsync(RequestContext context, string kind)
    {
        if (!context.Accepts("multipart/"))
        {
            throw new HttpError(406, "Response is multipart");
        }

        context.Response.ContentType = string.Create(CultureInfo.InvariantCulture, $"multipart/{kind}; boundary=\"{Boundary}\"");
        await context.StreamAsync(Close());
    }
}
