using Microsoft.Extensions.Logging.Abstractions;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>An in-memory SWAPI with its people, and with faults on demand. Disposing it closes its ports.</summary>
public sealed class SwapiEmulator : IAsyncDisposable
{
    private readonly FaultyPorts<SwapiFaults> ports;

    private SwapiEmulator(SwapiEmulatorOptions options, ILoggerFactory loggers)
    {
        Options = options;
        ports = new(loggers);
    }

    /// <summary>The options it was started with.</summary>
    public SwapiEmulatorOptions Options { get; }

    /// <summary>The address of the API, ending in <c>/api/</c>.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The address of the control port, ending in a slash; null without a control port.</summary>
    public Uri? ControlUrl { get; private set; }

    /// <summary>The active faults. Changing a member or replacing the object takes effect immediately.</summary>
    public SwapiFaults Faults
    {
        get => ports.Faults;
        set => ports.Faults = value;
    }

    /// <summary>The request counters.</summary>
    public SwapiStats Stats { get; } = new();

    /// <summary>Starts the emulator; it accepts requests when this method returns.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="loggers">Receives warnings; without it they are discarded.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
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
                emulator.ControlUrl = await emulator.ports.OpenReliableAsync(options.Address, control, new SwapiControl(emulator).AnswerAsync, cancellationToken);
            }

            return emulator;
        }
        catch
        {
            await emulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes all ports.</summary>
    public ValueTask DisposeAsync() => ports.DisposeAsync();
}
