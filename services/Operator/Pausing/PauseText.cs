using OfflineActions.Contracts;

namespace OfflineActions.Operator.Pausing;

/// <summary>Checks what somebody writes as a reason, and says in words what a pause is.</summary>
internal static class PauseText
{
    /// <summary>What is wrong with a reason, as a sentence; null when nothing is.</summary>
    public static string? FindError(string? reason) => string.IsNullOrWhiteSpace(reason)
        ? "Say why: the reason is empty."
        : reason.Length > ActionPause.MaxText ? $"The reason has {reason.Length} characters, and {ActionPause.MaxText} are allowed." : null;

    /// <summary>A pause that begins now, to the millisecond. Of a user's name as much is kept as fits.</summary>
    public static ActionPause Create(string user, string reason, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new(ActionPause.Cut(user), now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond)), reason);
    }

    /// <summary>The action with this name; null when there is none.</summary>
    public static ActionContract? FindAction(this ActionCatalog actions, string? name) =>
        actions.Actions.FirstOrDefault(action => action.States.Name == name);
}
