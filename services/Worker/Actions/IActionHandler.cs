namespace OfflineActions.Worker.Actions;

/// <summary>What one action does. Everything around it (reading, deciding, writing, retrying) is the worker's.</summary>
/// <remarks>
/// A handler may run more than once for the same request, and at the same time in several workers: the document's revision
/// decides whose result counts. So it should not have effects of its own that hurt when they happen twice.
/// </remarks>
public interface IActionHandler
{
    /// <summary>
    /// The properties of the document that the result depends on. A handler sees no others, and as long as these stay the same a
    /// result outlives a conflict: the app may edit the rest of its document meanwhile without the work being done again.
    /// </summary>
    IReadOnlyCollection<string> Inputs { get; }

    /// <summary>The longest that <see cref="PerformAsync"/> takes; with the reads and writes around it, it must fit into one delivery.</summary>
    TimeSpan Timeout { get; }

    /// <summary>How many requests it makes sense to have in hand at once, when something limits how fast they go; null when nothing does.</summary>
    int? MaxConcurrency => null;

    /// <summary>Does the work.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="cancellationToken">Fires when the time for this delivery is over or the worker stops.</param>
    Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken);
}
