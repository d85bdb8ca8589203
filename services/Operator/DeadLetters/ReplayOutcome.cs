namespace OfflineActions.Operator.DeadLetters;

/// <summary>What became of a dead letter that was to be replayed.</summary>
internal enum ReplayOutcome
{
    /// <summary>Its message waits for a worker again.</summary>
    Republished,

    /// <summary>Its document asks again.</summary>
    Reopened,

    /// <summary>Nothing was left to do; it is out of the queue.</summary>
    Obsolete,

    /// <summary>Somebody wrote the document at the same moment; it stays.</summary>
    Conflict,

    /// <summary>Sync Gateway does not take the document back; it stays.</summary>
    Refused,

    /// <summary>There never was such a document; it stays.</summary>
    Missing,

    /// <summary>It is not a message of its action; it stays.</summary>
    Unreadable,
}
