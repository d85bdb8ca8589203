using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace OfflineActions.Emulators.Recording;

/// <summary>The emulator, or a running Sync Gateway, behind ports that record. Disposing it completes the recording.</summary>
internal sealed class RecordedGateway : IAsyncDisposable
{
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(10);

    private readonly List<RecordingProxy> proxies = [];
    private readonly SyncGatewayEmulator? emulator;
    private readonly Recorder recorder;
    private bool isDisposed;

    private RecordedGateway(SyncGatewayEmulator? emulator, Recorder recorder)
    {
        this.emulator = emulator;
        this.recorder = recorder;
    }

    /// <summary>The name and the address of each port; null for one that is switched off.</summary>
    public IEnumerable<(string Name, Uri? Url)> Ports =>
    [
        ("Sync Gateway, public", proxies[0].Url),
        ("Sync Gateway, admin", proxies[1].Url),
        ("Sync Gateway, metrics", emulator?.MetricsUrl),
        ("Sync Gateway, control", emulator?.ControlUrl),
    ];

    /// <param name="options">Where to listen, and the configuration of the emulator.</param>
    /// <param name="line">The file, and the Sync Gateway to record instead of the emulator.</param>
    /// <param name="loggers">Receives warnings of the emulator.</param>
    /// <exception cref="IOException">
    /// The file exists or cannot be made, a port is taken, or the certificate of the Sync Gateway is not trusted.
    /// </exception>
    /// <exception cref="SocketException">A port is taken.</exception>
    public static async Task<RecordedGateway> StartAsync(SyncGatewayEmulatorOptions options, CommandLine line, ILoggerFactory loggers)
    {
        var recorder = Recorder.Create(line.Record!, line.Against?.ToString() ?? $"the emulator {ToolVersion.Text}", line.KeepCredentials);
        RecordedGateway? gateway = null;
        try
        {
            // The emulator's own ports are free ones behind those that record.
            gateway = new(line.Against is null ? await SyncGatewayEmulator.StartAsync(Inner(options), loggers) : null, recorder);
            var open = new ServerAddress(line.Against ?? gateway.emulator!.PublicUrl, line.Authorities);
            var admin = new ServerAddress(line.AgainstAdmin ?? gateway.emulator!.AdminUrl, line.Authorities);
            await CheckCertificateAsync(open);
            await CheckCertificateAsync(admin);
            gateway.Listen(options.PublicAddress ?? options.Address, options.PublicPort, "public", open);
            gateway.Listen(options.AdminAddress ?? options.Address, options.AdminPort, "admin", admin);
            return gateway;
        }
        catch
        {
            await (gateway?.DisposeAsync() ?? recorder.DisposeAsync());
            File.Delete(line.Record!);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (isDisposed)
        {
            return;
        }

        // First the ports, so that what goes on is recorded as ended by the recorder.
        foreach (var proxy in proxies)
        {
            await proxy.DisposeAsync();
        }

        await recorder.DisposeAsync();
        await (emulator?.DisposeAsync() ?? ValueTask.CompletedTask);
        isDisposed = true;
    }

    private static SyncGatewayEmulatorOptions Inner(SyncGatewayEmulatorOptions options) =>
        options with { PublicAddress = "127.0.0.1", PublicPort = 0, AdminAddress = "127.0.0.1", AdminPort = 0 };

    /// <summary>Clients would only see that their connections are reset.</summary>
    private static async Task CheckCertificateAsync(ServerAddress server)
    {
        if (server.Url.Scheme != Uri.UriSchemeHttps)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(CheckLimit);
            (await ServerConnection.OpenAsync(server, limit.Token)).Dispose();
        }
        catch (AuthenticationException error)
        {
            throw new IOException(error.Message, error);
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
        {
            // It may be started later.
        }
    }

    private void Listen(string address, int listenPort, string port, ServerAddress server) =>
        proxies.Add(RecordingProxy.Start(address, listenPort, port, server, recorder));
}
