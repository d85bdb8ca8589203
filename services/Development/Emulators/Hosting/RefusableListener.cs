using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace OfflineActions.Emulators.Hosting;

/// <summary>A listener that can stop listening and start again on the same port while its server goes on.</summary>
internal sealed class RefusableListener(IConnectionListenerFactory sockets, IConnectionListener first) : IConnectionListener
{
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

                // Bound but not listening: refuses, and nobody else can take the port meanwhile.
                placeholder = new(EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                placeholder.Bind(EndPoint);
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

    // Kestrel's sockets bind and unbind without ever waiting.
    private static void Wait(ValueTask done) => done.AsTask().GetAwaiter().GetResult();

    private static T Wait<T>(ValueTask<T> done) => done.AsTask().GetAwaiter().GetResult();
}
