using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace OfflineActions.Benchmarks.Emulator;

/// <summary>
/// PUTs or GETs of small documents over plain sockets, several at a time on each: a client that costs little, since it runs beside what it
/// measures.
/// </summary>
/// <param name="url">The server.</param>
/// <param name="prefix">What paths begin with.</param>
/// <param name="connections">How many connections.</param>
/// <param name="ahead">How many requests go out on each before their answers are read.</param>
/// <param name="fill">How many documents each connection writes; without end by default.</param>
/// <param name="existing">Read the documents that each connection wrote before, this many; 0 to write.</param>
internal sealed class RawLoad(Uri url, string prefix, int connections, int ahead, int fill = int.MaxValue, int existing = 0)
{
    private const string Body = """{"action":"person_request","name":"someone"}""";

    private static readonly byte[] Start = [.. "HTTP/1.1 "u8];

    /// <returns>The number of answers.</returns>
    public async Task<long> RunAsync(TimeSpan time)
    {
        using var deadline = new CancellationTokenSource(time);
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(() => ConnectionAsync(number, deadline.Token))));
        return counts.Sum();
    }

    private async Task<long> ConnectionAsync(int number, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port, CancellationToken.None);
        var stream = client.GetStream();
        var buffer = new byte[64 << 10];
        var (sent, done, kept) = (0L, 0L, 0);
        while (sent < fill && !cancellationToken.IsCancellationRequested)
        {
            var requests = new StringBuilder();
            for (var one = 0; one < ahead; one++)
            {
                _ = existing > 0
                    ? requests.Append(CultureInfo.InvariantCulture, $"GET /{prefix}{number}-{sent++ % existing} HTTP/1.1\r\nHost: x\r\n\r\n")
                    : requests.Append(CultureInfo.InvariantCulture, $"PUT /{prefix}{number}-{sent++} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
            }

            await stream.WriteAsync(Encoding.ASCII.GetBytes(requests.ToString()), CancellationToken.None);
            var answers = 0;
            while (answers < ahead)
            {
                // An incomplete answer is parsed again with the bytes that follow.
                var read = await stream.ReadAsync(buffer.AsMemory(kept), CancellationToken.None);
                var there = read == 0 ? throw new IOException("the server hung up") : kept + read;
                answers += Count(buffer.AsSpan(0, there));
                kept = Math.Min(there, Start.Length - 1);
                buffer.AsSpan(there - kept, kept).CopyTo(buffer);
            }

            done += answers;
        }

        return done;
    }

    private static int Count(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        while (bytes.IndexOf(Start) is >= 0 and var at)
        {
            count++;
            bytes = bytes[(at + Start.Length)..];
        }

        return count;
    }
}
