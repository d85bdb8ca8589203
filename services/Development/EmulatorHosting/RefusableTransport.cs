using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OfflineActions.Emulators.Hosting;

/// <summary>Kestrel's socket transport, able to refuse connections as if nothing listened on the port.</summary>
internal sealed class RefusableTransport(ILoggerFactory loggers) : IConnectionListenerFactory, IAsyncDisposable
{
    private readonly SocketTransportFactory sockets = new(Options.Create(new SocketTransportOptions()), loggers);
    private RefusableListener? listener;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        listener = new(sockets, await sockets.BindAsync(endpoint, cancellationToken));

    /// <summary>Starts or stops refusing connections; takes effect before the method returns.</summary>
    public void Refuse(bool refuse) => listener?.Refuse(refuse);

    /// <summary>Aborts every open connection.</summary>
    public void CutConnections() => listener?.CutConnections();

    public ValueTask DisposeAsync() => listener?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>A listener that can stop and resume listening on the same port while its server keeps running.</summary>
internal sealed class RefusableListener(IConnectionListenerFactory sockets, IConnectionListener first) : IConnectionListener
{
    private static readonly TimeSpan LongestCopy = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, ConnectionContext> open = new();
    private IConnectionListener listening = first;
    private TaskCompletionSource? refusing;
    private Socket? placeholder;
    private bool unbound;

    public EndPoint EndPoint { get; } = first.EndPoint;

    public void Refuse(bool refuse)
    {
        lock (gate)
        {
            if (unbound || refuse == refusing is not null)
            {
                return;
            }

            if (refuse)
            {
                refusing = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Wait(listening.UnbindAsync());

                // Bound but not listening: connections are refused, and the port stays reserved.
                placeholder = new(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                BindWhenFree(placeholder);
                CutConnections();
                return;
            }

            placeholder?.Dispose();
            listening = Wait(sockets.BindAsync(EndPoint));
            refusing?.SetResult();
            refusing = null;
        }
    }

    public void CutConnections()
    {
        foreach (var connection in open.Values)
        {
            connection.Abort();
        }
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            IConnectionListener current;
            Task again;
            lock (gate)
            {
                current = listening;
                again = refusing?.Task ?? Task.CompletedTask;
            }

            await again.WaitAsync(cancellationToken);
            if (again != Task.CompletedTask)
            {
                continue;
            }

            if (await current.AcceptAsync(cancellationToken) is { } connection)
            {
                open[connection.ConnectionId] = connection;
                connection.ConnectionClosed.Register(() => open.TryRemove(connection.ConnectionId, out _));
                return connection;
            }

            lock (gate)
            {
                if (unbound)
                {
                    return null;
                }
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            unbound = true;
            placeholder?.Dispose();
            refusing?.TrySetResult();
            refusing = null;
            return listening.UnbindAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => listening.DisposeAsync();

    /// <summary>Until it executes its program, a process that another thread starts has a copy of the socket that listened.</summary>
    private void BindWhenFree(Socket socket)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                socket.Bind(EndPoint);
                return;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse && waited.Elapsed < LongestCopy)
            {
                Thread.Sleep(1);
            }
        }
    }

    // Kestrel's socket transport binds and unbinds synchronously.
    private static void Wait(ValueTask done) => done.AsTask().GetAwaiter().GetResult();

    private static T Wait<T>(ValueTask<T> done) => done.AsTask().GetAwaiter().GetResult();
}
