using System.Text.Json.Nodes;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>A SWAPI as workers see it, and the control over it.</summary>
/// <param name="ports">Where it listens.</param>
/// <param name="latency">How long it always takes for an answer.</param>
/// <param name="process">Its process.</param>
internal sealed class EmulatedSwapi(EmulatorPorts ports, TimeSpan latency, ServiceProcess process) : IAsyncDisposable
{
    private readonly EmulatorControl control = new(ports.SwapiControl);

    public Uri Url => ports.Swapi;

    /// <summary>Sets its faults, on top of its slowness.</summary>
    public Task IsAsync(JsonObject faults)
    {
        faults.TryAdd("latency", latency.ToString());
        return control.FaultsAsync(faults);
    }

    /// <summary>It has no faults but its slowness.</summary>
    public Task IsWellAsync() => IsAsync([]);

    /// <summary>How often it has been asked, for whatever.</summary>
    public async Task<long> AskedAsync() => (long)(await control.StatsAsync())["requests"]!;

    /// <summary>How often it has been asked for a person.</summary>
    public async Task<int> AskedForAsync(int person) => (int?)(await control.StatsAsync())["people"]![$"{person}"] ?? 0;

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        await process.DisposeAsync();
    }
}
