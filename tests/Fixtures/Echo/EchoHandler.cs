using System.Text.Json.Nodes;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Echo;

/// <summary>Gives a document its own text back.</summary>
internal sealed class EchoHandler : IActionHandler
{
    public IReadOnlyCollection<string> Inputs => ["text"];

    public TimeSpan Timeout => TimeSpan.FromSeconds(1);

    public Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken) => Task.FromResult<ActionResult>(
        request.Inputs["text"] is { } text
            ? new ActionResult.Succeeded(new JsonObject { ["echo"] = text.DeepClone() })
            : new ActionResult.PermanentFailure("no_text", "There is no text to give back."));
}
