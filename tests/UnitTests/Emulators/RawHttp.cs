using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace OfflineActions.Tests.Emulators;

/// <summary>HTTP exchanges over a socket, so that tests see every header and the frames of the body.</summary>
internal static class RawHttp
{
    // What differs from run to run, or from server to server.
    private static readonly string[] Ignored = ["connection", "date", "server"];

    /// <param name="url">The port to send to.</param>
    /// <param name="request">Method and path, for example <c>GET /db/d</c>; further lines are headers.</param>
    /// <param name="body">The body; null for none.</param>
    public static async Task<RawAnswer> SendAsync(Uri url, string request, string? body = null)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port, deadline.Token);
        await WriteAsync(client.GetStream(), request + "\nConnection: close", body, deadline.Token);
        using var received = new MemoryStream();
        await client.GetStream().CopyToAsync(received, deadline.Token);
        return Parse(received.ToArray());
    }

    /// <summary>Sends a request and leaves the response to the caller.</summary>
    public static Task WriteAsync(Stream stream, string request, string? body, CancellationToken cancellationToken)
    {
        var lines = request.ReplaceLineEndings("\n").Split('\n').ToList();
        lines[0] += " HTTP/1.1";
        lines.Insert(1, "Host: sync-gateway");
        if (body is not null)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}"));
        }

        return stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n" + body), cancellationToken).AsTask();
    }

    private static RawAnswer Parse(byte[] received)
    {
        var end = received.AsSpan().IndexOf("\r\n\r\n"u8);
        var lines = Encoding.UTF8.GetString(received, 0, end).Split("\r\n");
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).Select(pair => (Name: pair[0].ToLowerInvariant(), Value: pair[1].Trim()))
            .Where(header => !Ignored.Contains(header.Name))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .Select(header => $"{header.Name}: {header.Value}");
        var body = received.AsMemory(end + 4);
        return new(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture),
            string.Join('\n', headers),
            lines.Contains("Transfer-Encoding: chunked") ? Chunks(body) : [body]);
    }

    private static List<ReadOnlyMemory<byte>> Chunks(ReadOnlyMemory<byte> body)
    {
        var chunks = new List<ReadOnlyMemory<byte>>();
        while (body.Span.IndexOf("\r\n"u8) is var line and > 0)
        {
            var length = int.Parse(Encoding.ASCII.GetString(body.Span[..line]), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                break;
            }

            chunks.Add(body.Slice(line + 2, length));
            body = body[(line + 2 + length + 2)..];
        }

        return chunks;
    }
}

/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">All headers that matter, sorted, one a line, their names in lower case.</param>
/// <param name="Chunks">The chunks of the body; one when it is not chunked.</param>
internal sealed record RawAnswer(int Status, string Headers, IReadOnlyList<ReadOnlyMemory<byte>> Chunks)
{
    public byte[] Body => [.. Chunks.SelectMany(chunk => chunk.ToArray())];

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Status, headers and body in one text.</summary>
    public override string ToString() => $"{Status}\n{Headers}\n\n{Text}";
}
