using OfflineActions.Contracts;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>One try at one request.</summary>
/// <param name="States">The action's states.</param>
/// <param name="Message">Which revision of which document asks.</param>
/// <param name="Handler">Who does the work.</param>
/// <param name="Number">1 for the first try.</param>
/// <param name="IsLast">Whether a passing failure is to be final, because there is no further try.</param>
/// <param name="IsInterrupted">Whether a try has ended without a word, as when its worker died.</param>
/// <param name="PendingFailure">What an earlier try decided and could not write down.</param>
internal sealed record Attempt(
    ActionStates States,
    ActionRequested Message,
    IActionHandler Handler,
    int Number,
    bool IsLast,
    bool IsInterrupted = false,
    PendingFailure? PendingFailure = null);
