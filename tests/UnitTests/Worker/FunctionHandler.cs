using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Worker;

/// <summary>A handler that is a function of the request.</summary>
internal sealed class FunctionHandler(Func<ActionRequest, Task<ActionResult>> perform, TimeSpan timeout) : IActionHandler
{
    public IReadOnlyCollection<string> Inputs => ["personId"];

    public TimeSpan Timeout => timeout;

    public Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken) => perform(request);
}
