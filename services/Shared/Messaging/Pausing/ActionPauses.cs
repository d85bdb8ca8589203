using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Pausing;

/// <summary>Which of the actions that this process consumes are paused, as far as the broker has said.</summary>
public sealed class ActionPauses
{
    private readonly Dictionary<ActionContract, PauseState> states;

    internal ActionPauses(IEnumerable<ActionContract> consumed) =>
        states = consumed.ToDictionary(contract => contract, contract => new PauseState(contract));

    internal IReadOnlyCollection<PauseState> States => states.Values;

    /// <summary>Who paused an action, since when and why; null when it is not paused, not consumed here, or not known yet.</summary>
    public ActionPause? Find(ActionContract contract) => states.GetValueOrDefault(contract)?.Pause;

    internal PauseState this[ActionContract contract] => states[contract];
}

/// <summary>Whether one action is paused. While the broker cannot be reached, it stays what it was.</summary>
internal sealed class PauseState(ActionContract contract)
{
    private readonly Lock gate = new();
    private TaskCompletionSource changed = CreateSource();
    private ActionPause? pause;
    private bool isKnown;
    private string? trouble;

    public ActionContract Contract => contract;

    /// <summary>The action's name.</summary>
    public string Action => contract.States.Name;

    /// <summary>Whether the broker has said it. Nothing is consumed before.</summary>
    public bool IsKnown
    {
        get
        {
            lock (gate)
            {
                return isKnown;
            }
        }
    }

    /// <summary>Null when the action is not paused, or when that is not known yet.</summary>
    public ActionPause? Pause
    {
        get
        {
            lock (gate)
            {
                return pause;
            }
        }
    }

    /// <summary>Why the last look failed; null when it did not.</summary>
    public string? Trouble
    {
        get
        {
            lock (gate)
            {
                return trouble;
            }
        }
    }

    /// <summary>Records why a look failed. Whether the action is paused stays what it was.</summary>
    /// <returns>Whether that is another reason than at the look before.</returns>
    public bool SetTrouble(string reason)
    {
        lock (gate)
        {
            var isNew = trouble != reason;
            trouble = reason;
            return isNew;
        }
    }

    /// <summary>A look succeeded.</summary>
    public void ClearTrouble()
    {
        lock (gate)
        {
            trouble = null;
        }
    }

    /// <summary>Records what the broker says.</summary>
    public void Set(ActionPause? now)
    {
        lock (gate)
        {
            trouble = null;
            // A message that somebody else holds cannot be read again, but it is still the same.
            pause = now == ActionPause.Unknown ? pause ?? now : now;
            isKnown = true;
            changed.TrySetResult();
            changed = CreateSource();
        }
    }

    /// <summary>Waits until it is known whether the action is paused.</summary>
    public Task UntilKnownAsync(CancellationToken cancellationToken) => UntilAsync(_ => true, cancellationToken);

    /// <summary>Waits until it is known that the action is paused, or is not.</summary>
    public Task UntilAsync(bool isPaused, CancellationToken cancellationToken) =>
        UntilAsync(now => now is not null == isPaused, cancellationToken);

    private async Task UntilAsync(Func<ActionPause?, bool> holds, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (isKnown && holds(pause))
                {
                    return;
                }

                next = changed.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource CreateSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
