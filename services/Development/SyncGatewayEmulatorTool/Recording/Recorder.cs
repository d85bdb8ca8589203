using System.Diagnostics;
using System.Text.Json;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Recording;

/// <summary>Writes exchanges to a file, each when it has ended. Disposing it writes those that have not, and the last line.</summary>
internal sealed class Recorder : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<OpenExchange> open = [];
    private readonly StreamWriter output;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly CredentialMask? mask;
    private int begun;
    private int written;
    private bool closed;

    private Recorder(StreamWriter output, CredentialMask? mask)
    {
        this.output = output;
        this.mask = mask;
    }

    /// <summary>Begins a recording.</summary>
    /// <param name="path">The file, which must not exist.</param>
    /// <param name="server">What is recorded, for the first line.</param>
    /// <param name="keepCredentials">Whether passwords and sessions are written as they are.</param>
    /// <exception cref="IOException">The file exists, or cannot be made.</exception>
    public static Recorder Create(string path, string server, bool keepCredentials)
    {
        var output = new StreamWriter(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });
        var recorder = new Recorder(output, keepCredentials ? null : new());
        recorder.Write(new RecordingStart(
            RecordingFile.Format, RecordingFile.Version, DateTimeOffset.UtcNow, server, keepCredentials ? "kept" : "masked"));
        return recorder;
    }

    /// <summary>Begins an exchange when the head of its request is there.</summary>
    public OpenExchange Begin(string port, HttpHead request)
    {
        lock (gate)
        {
            var exchange = new OpenExchange(++begun, port, Elapsed, request);
            open.Add(exchange);
            return exchange;
        }
    }

    /// <summary>Writes an exchange, unless it is written already.</summary>
    public void End(OpenExchange exchange, ExchangeEnd ended)
    {
        lock (gate)
        {
            if (!closed && open.Remove(exchange))
            {
                written++;
                Write(exchange.Finish(Elapsed, ended, mask));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            foreach (var exchange in open.OrderBy(exchange => exchange.Number).ToList())
            {
                End(exchange, ExchangeEnd.Recorder);
            }

            Write(new RecordingEnd(written));
            closed = true;
        }

        await output.DisposeAsync();
    }

    private double Elapsed => Math.Round(Stopwatch.GetElapsedTime(started).TotalMilliseconds, 3);

    private void Write<T>(T line)
    {
        output.Write(JsonSerializer.Serialize(line, RecordingFile.Json) + "\n");
        output.Flush();
    }
}
