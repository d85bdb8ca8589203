using Microsoft.Extensions.Logging.Abstractions;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>The people of SWAPI from memory, with faults on demand. Disposing it closes its ports.</summary>
public sealed class SwapiEmulator : IAsyncDisposable
{
    private readonly FaultyPorts<SwapiFaults> ports;

    private SwapiEmulator(SwapiEmulatorOptions options, ILoggerFactory loggers)
    {
        Options = options;
        ports = new(loggers);
    }

    /// <summary>How it was set up.</summary>
    public SwapiEmulatorOptions Options { get; }

    /// <summary>The API's address, ending in <c>/api/</c>.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The port of faults and statistics, ending in a slash; null when it has none.</summary>
    public Uri? ControlUrl { get; private set; }

    /// <summary>What goes wrong. Set its members, or replace it as a whole; either takes effect at once.</summary>
    public SwapiFaults Faults
    {
        get => ports.Faults;
        set => ports.Faults = value;
    }

    /// <summary>What has been counted.</summary>
    public SwapiStats Stats { get; } = new();

    /// <summary>Starts it; when this returns it answers.</summary>
    /// <param name="options">How to set it up.</param>
    /// <param name="loggers">Where warnings go; nowhere by default.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<SwapiEmulator> StartAsync(
        SwapiEmulatorOptions options, ILoggerFactory? loggers = null, CancellationToken cancellationToken = default)
    {
        var emulator = new SwapiEmulator(options, loggers ?? NullLoggerFactory.Instance);
        try
        {
            emulator.Url = new(await emulator.ports.OpenAsync(options.Address, options.Port, new SwapiApi(emulator).AnswerAsync, cancellationToken), "api/");
            if (options.ControlPort is { } control)
            {
                emulator.ControlUrl = await emulator.ports.OpenAsideAsync(options.Address, control, new SwapiControl(emulator).AnswerAsync, cancellationToken);
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
    public ValueTask DisposeAsync() => ports.DisposeAsync();
}
