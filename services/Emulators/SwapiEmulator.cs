using Emulators.Hosting;
using Emulators.Swapi;
using Microsoft.Extensions.Logging.Abstractions;

namespace Emulators;

/// <summary>The people of SWAPI from memory, with faults on demand. Disposing it closes its ports.</summary>
public sealed class SwapiEmulator : IAsyncDisposable
{
    private readonly List<HttpPort> ports = [];
    private readonly Lock gate = new();
    private SwapiFaults faults = new();

    private SwapiEmulator(SwapiEmulatorOptions options)
    {
        Options = options;
        Faults = faults;
    }

    /// <summary>How it was set up.</summary>
    public SwapiEmulatorOptions Options { get; }

    /// <summary>The API's address, ending in <c>/api/</c>.</summary>
    public Uri Url => new(ports[0].Url, "api/");

    /// <summary>The port of faults and statistics, ending in a slash; null when it has none.</summary>
    public Uri? ControlUrl => ports.ElementAtOrDefault(1)?.Url;

    /// <summary>What goes wrong. Set its members, or replace it as a whole; either takes effect at once.</summary>
    public SwapiFaults Faults
    {
        get => faults;
        set
        {
            lock (gate)
            {
                faults.RefuseChanged = null;
                faults = value;
                value.RefuseChanged = Refuse;
                Refuse(value.Refuse);
            }
        }
    }

    /// <summary>What has been counted.</summary>
    public SwapiStats Stats { get; } = new();

    /// <summary>Starts it; when this returns it answers.</summary>
    /// <param name="options">How to set it up.</param>
    /// <param name="loggers">Where warnings go; nowhere by default.</param>
    /// <param name="cancelled">Gives the start up.</param>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<SwapiEmulator> StartAsync(
        SwapiEmulatorOptions options, ILoggerFactory? loggers = null, CancellationToken cancelled = default)
    {
        loggers ??= NullLoggerFactory.Instance;
        var emulator = new SwapiEmulator(options);
        try
        {
            await emulator.Listen(options.Port, new SwapiPort(emulator).Answer, loggers, cancelled);
            if (options.ControlPort is { } control)
            {
                await emulator.Listen(control, new SwapiControl(emulator).Answer, loggers, cancelled);
            }

            return emulator;
        }
        catch
        {
            await emulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes its ports.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var port in ports)
        {
            await port.DisposeAsync();
        }
    }

    private async Task Listen(int port, RequestDelegate answer, ILoggerFactory loggers, CancellationToken cancelled) =>
        ports.Add(await HttpPort.StartAsync(Options.Address, port, answer, loggers, cancelled));

    private void Refuse(bool refuse) => ports.FirstOrDefault()?.Refuse(refuse);
}
