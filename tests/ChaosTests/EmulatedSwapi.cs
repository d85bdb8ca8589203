using System.Text.Json.Nodes;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>An emulated SWAPI, and its fault control.</summary>
/// <param name="ports">Where it listens.</param>
/// <param name="latency">Its response time.</param>
/// <param name="process">Its process.</param>
internal sealed class EmulatedSwapi(EmulatorPorts ports, TimeSpan latency, ServiceProcess process) : IAsyncDisposable
{
    private readonly EmulatorControl control = new(ports.SwapiControl);

    public Uri Url => ports.Swapi;

    /// <summary>Sets its faults; the latency stays.</summary>
    public Task SetFaultsAsync(JsonObject faults)
    {
        faults.TryAdd("latency", latency.ToString());
        return control.SetFaultsAsync(faults);
    }

    /// <summary>Removes its faults; the latency stays.</summary>
    public Task ClearFaultsAsync() => SetFaultsAsync([]);

    /// <summary>The number of requests.</summary>
    public async Task<long> CountRequestsAsync() => (long)(await control.GetStatsAsync())["requests"]!;

    /// <summary>The number of requests for one person.</summary>
    public async Task<int> CountRequestsForAsync(int person) => (int?)(await control.GetStatsAsync())["people"]![$"{person}"] ?? 0;

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        await process.DisposeAsync();
    }
}
