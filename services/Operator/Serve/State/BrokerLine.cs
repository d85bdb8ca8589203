using Microsoft.Extensions.Options;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;

namespace OfflineActions.Operator.Serve.State;

/// <summary>The connection to the broker that everything on the page shares. It is opened again when it has broken.</summary>
internal sealed class BrokerLine(IOptions<BusOptions> options) : IAsyncDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private BrokerConnection? connection;

    /// <summary>Whether gateway and worker share the memory of one process, so that there is no broker.</summary>
    public bool IsInMemory => options.Value.Transport is BusTransport.InMemory;

    /// <summary>Uses the connection.</summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public async Task<T> UseAsync<T>(Func<BrokerConnection, Task<T>> use, CancellationToken cancellationToken) =>
        await use(await ConnectAsync(cancellationToken));

    /// <summary>Opens a connection of its own, for work that takes long.</summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public Task<BrokerConnection> OpenAsync(string name, CancellationToken cancellationToken) => IsInMemory
        ? throw new UnavailableException("The messages are in the memory of the gateway's own process: there is no broker to look into.")
        : BrokerConnection.OpenAsync(options.Value, name, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await (connection?.DisposeAsync() ?? default);
        opening.Dispose();
    }

    private async Task<BrokerConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (connection is { IsOpen: true })
            {
                return connection;
            }

            await (connection?.DisposeAsync() ?? default);
            connection = null;
            return connection = await OpenAsync("operator page", cancellationToken);
        }
        finally
        {
            opening.Release();
        }
    }
}
