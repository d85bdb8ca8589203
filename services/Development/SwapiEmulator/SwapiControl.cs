using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>The control API of an emulated SWAPI.</summary>
internal sealed class SwapiControl(SwapiEmulator emulator)
{
    private readonly ControlApi api = new(new Dictionary<string, Func<HttpContext, Task<object?>>>
    {
        ["GET /faults"] = _ => Task.FromResult<object?>(emulator.Faults),
        ["PUT /faults"] = async context => emulator.Faults = await ControlApi.ReadAsync<SwapiFaults>(context),
        ["DELETE /faults"] = _ => Task.FromResult<object?>(emulator.Faults = new()),
        ["GET /stats"] = _ => Task.FromResult<object?>(emulator.Stats),
        ["DELETE /stats"] = _ =>
        {
            emulator.Stats.Clear();
            return Task.FromResult<object?>(null);
        },
    });

    public Task AnswerAsync(HttpContext context) => api.AnswerAsync(context);
}
