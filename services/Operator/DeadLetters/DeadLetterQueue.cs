namespace OfflineActions.Operator.DeadLetters;

/// <summary>Which of an action's two queues for an operator.</summary>
internal enum DeadLetterQueue
{
    /// <summary>The messages that ended in failure.</summary>
    Error,

    /// <summary>The messages nobody understood.</summary>
    Skipped,
}
