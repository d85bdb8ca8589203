using System.Globalization;
using System.IO.Compression;
using System.Text;
using OfflineActions.Emulators.Recording;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Replay;

/// <summary>Sends one recorded request, and reads as much of the answer as was recorded.</summary>
internal sealed class ReplayConnection(ServerConnection server, Exchange recorded)
{
    private readonly CapturedBody body = new();
    private readonly List<RecordedMessage> messages = [];
    private readonly FeedRows wanted = FeedRows.Of(recorded);

    /// <returns>The answer; null when the server ended the connection without one.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<RecordedAnswer?> SendAsync(
        ServerAddress address, Exchange exchange, RecordedRequest request, CancellationToken cancellationToken)
    {
        using var server = await ServerConnection.OpenAsync(address, cancellationToken);
        var connection = new ReplayConnection(server, exchange);
        await server.Stream.WriteAsync(connection.BytesOf(request), cancellationToken);
        return await connection.ReadAsync(request, cancellationToken);
    }

    private byte[] BytesOf(RecordedRequest request)
    {
        var content = request.Body?.Content ?? [];
        content = request.Body?.Gzip == true ? Pack(content) : content;
        var head = server.Readdress(new($"{request.Method} {request.Target} HTTP/1.1", [.. request.Headers]));
        head = head with
        {
            Headers =
            [
                .. head.Headers.Select(header => header.Is("Content-Length")
                    ? header with { Value = content.Length.ToString(CultureInfo.InvariantCulture) }
                    : header),
            ],
        };
        var isChunked = head.Lists("Transfer-Encoding", "chunked");
        var (before, after) = (isChunked, content.Length) switch
        {
            (false, _) => ("", ""),
            (true, 0) => ("", "0\r\n\r\n"),
            _ => ($"{content.Length:x}\r\n", "\r\n0\r\n\r\n"),
        };
        return [.. head.ToBytes(), .. Encoding.ASCII.GetBytes(before), .. content, .. Encoding.ASCII.GetBytes(after)];
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private async Task<RecordedAnswer?> ReadAsync(RecordedRequest request, CancellationToken cancellationToken)
    {
        var reader = new HttpReader(server.Stream);
        HttpHead? head;
        do
        {
            head = await reader.ReadHeadAsync(cancellationToken);
        }
        while (head is { Status: >= 100 and < 200 and not 101 });

        if (head is null)
        {
            return null;
        }

        await (head.Status == 101
            ? ReadMessagesAsync(reader, cancellationToken)
            : ReadBodyAsync(reader, head, request.Method, cancellationToken));
        return new(
            head.Status,
            head.Headers,
            body.ToBody(head.Lists("Content-Encoding", "gzip"), content => content),
            head.Status == 101 ? messages : null);
    }

    private async Task ReadMessagesAsync(HttpReader reader, CancellationToken cancellationToken)
    {
        foreach (var message in recorded.Answer?.Messages?.Where(message => message.From == "client") ?? [])
        {
            messages.Add(message);
            await server.Stream.WriteAsync(WebSocketFrames.FromClient(Encoding.UTF8.GetBytes(message.Text)), cancellationToken);
        }

        var frames = new WebSocketFrames(message => messages.Add(new("server", Encoding.UTF8.GetString(message))));
        await foreach (var part in reader.ReadBodyAsync(new(BodyEnd.Connection), cancellationToken))
        {
            frames.Take(part.Bytes.Span);
            if (frames.IsClosed || wanted.AreThere(FeedRows.Count(messages)))
            {
                return;
            }
        }
    }

    private async Task ReadBodyAsync(HttpReader reader, HttpHead head, string method, CancellationToken cancellationToken)
    {
        if (wanted.AreThere(0))
        {
            return;
        }

        var (rows, isInRow) = (0, false);
        await foreach (var part in reader.ReadBodyAsync(BodyFraming.OfAnswer(head, method), cancellationToken))
        {
            if (!part.IsContent)
            {
                continue;
            }

            body.Append(part.Bytes.Span);
            foreach (var character in part.Bytes.Span)
            {
                // Heartbeats are empty lines.
                rows += character == '\n' && isInRow ? 1 : 0;
                isInRow = character != '\n' && (isInRow || character != '\r');
            }

            if (wanted.AreThere(rows))
            {
                return;
            }
        }
    }
}
