using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OfflineActions.Emulators.Recording;

/// <summary>A port in front of a Sync Gateway's port: it passes everything on, and records it.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Task, bool> connections = new();
    private readonly TcpListener listener;
    private readonly string port;
    private readonly ServerAddress server;
    private readonly Recorder recorder;
    private readonly Task accepting;

    private RecordingProxy(TcpListener listener, string port, ServerAddress server, Recorder recorder)
    {
        this.listener = listener;
        this.port = port;
        this.server = server;
        this.recorder = recorder;
        Url = new($"http://{listener.LocalEndpoint}/");
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens, ending in a slash.</summary>
    public Uri Url { get; }

    /// <param name="address">The IP address to listen at.</param>
    /// <param name="listenPort">The port to listen at; 0 for any free one.</param>
    /// <param name="port">The name of the port in the recording.</param>
    /// <param name="server">Where requests are passed on to.</param>
    /// <param name="recorder">Where exchanges are recorded.</param>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static RecordingProxy Start(string address, int listenPort, string port, ServerAddress server, Recorder recorder)
    {
        var listener = new TcpListener(IPAddress.Parse(address), listenPort);
        listener.Start();
        return new(listener, port, server, recorder);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(connections.Keys);
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            var client = await listener.AcceptSocketAsync(stop.Token);
            var connection = Task.Run(() => RecordedConnection.RunAsync(client, port, server, recorder, stop.Token));
            connections[connection] = true;
            _ = connection.ContinueWith(ended => connections.TryRemove(ended, out _), TaskScheduler.Default);
        }
    }
}
