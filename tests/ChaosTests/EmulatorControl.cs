using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>Drives an emulator that runs as a process. Whatever it refuses throws <see cref="HttpRequestException"/>.</summary>
internal sealed class EmulatorControl(Uri control) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = control, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Sets what goes wrong; what is left out does not.</summary>
    public async Task FaultsAsync(JsonObject faults)
    {
        using var answer = await http.PutAsJsonAsync("faults", faults);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What it has counted.</summary>
    public async Task<JsonObject> StatsAsync() => await http.GetFromJsonAsync<JsonObject>("stats") ?? throw new JsonException("No statistics.");

    /// <summary>Sets every count to zero.</summary>
    public async Task ClearStatsAsync() => (await http.DeleteAsync("stats")).EnsureSuccessStatusCode().Dispose();

    /// <summary>Everything that is stored.</summary>
    public Task<byte[]> DumpAsync() => http.GetByteArrayAsync("dump");

    /// <summary>Starts it again with what a dump holds, or empty.</summary>
    public async Task RestartAsync(byte[]? dump = null)
    {
        using var answer = await http.PostAsync("restart", new ByteArrayContent(dump ?? []));
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => http.Dispose();
}
