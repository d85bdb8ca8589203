namespace OfflineActions.Contracts;

/// <summary>Headers of a message in an error queue that say how its request failed.</summary>
public static class FailureHeaders
{
    /// <summary>The failure code, the same as <c>error.code</c> in the document, for example <c>person_not_found</c>.</summary>
    public const string Code = "offline-actions-failure-code";

    /// <summary>The revision in which the document says that the request failed; absent when that could not be written.</summary>
    public const string Revision = "offline-actions-failure-revision";
}
