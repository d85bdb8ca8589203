namespace OfflineActions.Contracts;

/// <summary>Headers of a message in a delay queue that say what has become of its attempts so far.</summary>
public static class RetryHeaders
{
    /// <summary>The number of failed attempts.</summary>
    public const string Failures = "offline-actions-failures";

    /// <summary>How often it was deferred since the last failed attempt because Sync Gateway was unavailable.</summary>
    public const string Deferrals = "offline-actions-waits";

    /// <summary>The earliest time of the next attempt, in milliseconds since 1970; absent when the delay queue alone decides.</summary>
    public const string NotBefore = "offline-actions-not-before";

    /// <summary>
    /// When its delay queue gives it back, in milliseconds since 1970, as the worker expects it. Only for people: nothing is decided by it.
    /// </summary>
    public const string DueAt = "offline-actions-due-at";

    /// <summary>Why it was deferred last, as a sentence for an operator.</summary>
    public const string Reason = "offline-actions-reason";
}
