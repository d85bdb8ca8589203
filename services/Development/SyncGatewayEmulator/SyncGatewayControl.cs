using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>The control API of an emulated Sync Gateway.</summary>
internal sealed class SyncGatewayControl(SyncGatewayEmulator emulator)
{
    private readonly ControlApi api = new(new Dictionary<string, Func<HttpContext, Task<object?>>>
    {
        ["GET /faults"] = _ => Task.FromResult<object?>(emulator.Faults),
        ["PUT /faults"] = async context => emulator.Faults = await ControlApi.ReadAsync<SyncGatewayFaults>(context),
        ["DELETE /faults"] = _ => Task.FromResult<object?>(emulator.Faults = new()),
        ["GET /stats"] = _ => Task.FromResult<object?>(emulator.Stats),
        ["GET /writes"] = context => Task.FromResult<object?>(emulator.WritesOf(
            context.Request.Query["id"].ToString(), context.Request.Query["database"].FirstOrDefault() ?? "db")),
        ["DELETE /stats"] = _ =>
        {
            emulator.Stats.Clear();
            return Task.FromResult<object?>(null);
        },
        ["PUT /webhooks"] = async context =>
        {
            emulator.ReplaceWebhooks(await ControlApi.ReadAsync<List<WebhookOptions>>(context));
            return null;
        },
        ["GET /dump"] = _ => Task.FromResult<object?>(emulator.Dump()),
        ["POST /restart"] = async context =>
        {
            using var dump = new MemoryStream();
            await context.Request.Body.CopyToAsync(dump, context.RequestAborted);
            await emulator.RestartAsync(dump.ToArray());
            return null;
        },
    });

    public Task AnswerAsync(HttpContext context) => api.AnswerAsync(context);
}
