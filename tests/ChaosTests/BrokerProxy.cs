using System.Net;
using System.Net.Sockets;

namespace OfflineActions.Tests.Chaos;

/// <summary>
/// A TCP proxy between the services and their broker. It can behave like a network that drops every packet: nothing is forwarded, and no
/// connection is closed or reset.
/// </summary>
internal sealed class BrokerProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int brokerPort;
    private readonly Task accepting;
    private readonly Lock gate = new();
    private CancellationTokenSource connections = new();
    private TaskCompletionSource? dropping;

    public BrokerProxy(int brokerPort)
    {
        this.brokerPort = brokerPort;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Drops every packet from now on.</summary>
    public void Drop()
    {
        lock (gate)
        {
            dropping ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Breaks all connections, without what was dropped, and forwards those that come now.</summary>
    public async Task BreakAsync()
    {
        CancellationTokenSource broken;
        TaskCompletionSource? dropped;
        lock (gate)
        {
            (broken, connections) = (connections, new CancellationTokenSource());
            (dropped, dropping) = (dropping, null);
        }

        await broken.CancelAsync();
        broken.Dispose();
        dropped?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
        await BreakAsync();
        connections.Dispose();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            lock (gate)
            {
                _ = ForwardAsync(client, connections.Token);
            }
        }
    }

    private async Task ForwardAsync(Socket client, CancellationToken broken)
    {
        using (client)
        using (var broker = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            try
            {
                await UntilForwardedAsync(broken);
                await broker.ConnectAsync(IPAddress.Loopback, brokerPort, broken);
                await await Task.WhenAny(PumpAsync(client, broker, broken), PumpAsync(broker, client, broken));
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One side closed, or the connection is broken: both sides are closed.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, CancellationToken broken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer, broken) is > 0 and var received)
        {
            await UntilForwardedAsync(broken);
            for (var sent = 0; sent < received;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, received - sent), broken);
            }
        }
    }

    private async Task UntilForwardedAsync(CancellationToken broken)
    {
        Task? dropped;
        lock (gate)
        {
            dropped = dropping?.Task;
        }

        if (dropped is not null)
        {
            await dropped.WaitAsync(broken);
        }
    }
}
