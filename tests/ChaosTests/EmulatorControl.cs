using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>Client of an emulator's control port. An error status throws <see cref="HttpRequestException"/>.</summary>
internal sealed class EmulatorControl(Uri control) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = control, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Replaces all faults.</summary>
    public async Task SetFaultsAsync(JsonObject faults)
    {
        using var response = await http.PutAsJsonAsync("faults", faults);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Reads the counters.</summary>
    public async Task<JsonObject> GetStatsAsync() => await http.GetFromJsonAsync<JsonObject>("stats") ?? throw new JsonException("No statistics.");

    /// <summary>Resets the counters.</summary>
    public async Task ClearStatsAsync() => (await http.DeleteAsync("stats")).EnsureSuccessStatusCode().Dispose();

    /// <summary>Reads a dump of the whole database.</summary>
    public Task<byte[]> DumpAsync() => http.GetByteArrayAsync("dump");

    /// <summary>Restarts it with a dump, or empty.</summary>
    public async Task RestartAsync(byte[]? dump = null)
    {
        using var response = await http.PostAsync("restart", new ByteArrayContent(dump ?? []));
        response.EnsureSuccessStatusCode();
    }

    public void Dispose() => http.Dispose();
}
