using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OfflineActions.Emulators.Hosting;

/// <summary>Kestrel on one port, without middleware.</summary>
internal sealed class HttpPort : IAsyncDisposable
{
    private readonly KestrelServer server;
    private readonly RefusableTransport transport;

    private HttpPort(KestrelServer server, RefusableTransport transport)
    {
        this.server = server;
        this.transport = transport;
        Url = new(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single() + "/");
    }

    /// <summary>The address, ending in a slash.</summary>
    public Uri Url { get; }

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<HttpPort> StartAsync(
        string address, int port, RequestDelegate answer, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.MaxRequestBodySize = 512L << 20;

        // As a server written in Go: a megabyte for the request line and all headers, however many.
        options.Limits.MaxRequestBufferSize = 2L << 20;
        options.Limits.MaxRequestLineSize = options.Limits.MaxRequestHeadersTotalSize = 1 << 20;
        options.Limits.MaxRequestHeaderCount = 100_000;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Parse(address), port, listen => listen.Use(NulInTarget.Accept));

        var transport = new RefusableTransport(loggers);
        var server = new KestrelServer(Options.Create(options), transport, loggers);
        try
        {
            await server.StartAsync(new Application(answer), cancellationToken);
            return new(server, transport);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public void Refuse(bool refuse) => transport.Refuse(refuse);

    public void CutConnections() => transport.CutConnections();

    public async ValueTask DisposeAsync()
    {
        // Requests in progress are aborted, not answered.
        transport.CutConnections();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await server.StopAsync(deadline.Token);
        server.Dispose();
        await transport.DisposeAsync();
    }

    private sealed class Application(RequestDelegate answer) : IHttpApplication<ConnectionState>
    {
        public ConnectionState CreateContext(IFeatureCollection contextFeatures)
        {
            // A connection reuses its state for all its requests.
            var container = contextFeatures as IHostContextContainer<ConnectionState>;
            var state = container?.HostContext ?? new(
                new(), contextFeatures.GetRequiredFeature<NulInTarget>(), contextFeatures.GetRequiredFeature<IHttpRequestFeature>());
            state.Context.Initialize(contextFeatures);
            _ = container is null ? null : container.HostContext = state;
            return state;
        }

        public Task ProcessRequestAsync(ConnectionState context)
        {
            context.Target.Begin(context.Request);
            return answer(context.Context);
        }

        public void DisposeContext(ConnectionState context, Exception? exception)
        {
            context.Target.End();
            context.Context.Uninitialize();
        }
    }

    /// <param name="Context">The context of the current request.</param>
    /// <param name="Target">The filter of request lines.</param>
    /// <param name="Request">Kestrel's current request.</param>
    private sealed record ConnectionState(DefaultHttpContext Context, NulInTarget Target, IHttpRequestFeature Request);
}
