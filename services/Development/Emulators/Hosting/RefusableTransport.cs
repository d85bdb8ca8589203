using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace OfflineActions.Emulators.Hosting;

/// <summary>Kestrel's sockets with a switch that makes the port refuse connections as if nothing listened.</summary>
internal sealed class RefusableTransport(ILoggerFactory loggers) : IConnectionListenerFactory, IAsyncDisposable
{
    private readonly SocketTransportFactory sockets = new(Options.Create(new SocketTransportOptions()), loggers);
    private RefusableListener? listener;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        listener = new(sockets, await sockets.BindAsync(endpoint, cancellationToken));

    /// <summary>Takes effect before it returns.</summary>
    public void Refuse(bool refuse) => listener?.Refuse(refuse);

    /// <summary>Cuts every open connection.</summary>
    public void CutConnections() => listener?.CutConnections();

    public ValueTask DisposeAsync() => listener?.DisposeAsync() ?? ValueTask.CompletedTask;
}
