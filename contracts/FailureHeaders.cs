namespace OfflineActions.Contracts;

/// <summary>Headers of a message in an error queue that describe the failure.</summary>
public static class FailureHeaders
{
    /// <summary>The failure code, the same as <c>error.code</c> in the document, for example <c>person_not_found</c>.</summary>
    public const string Code = "offline-actions-failure-code";

    /// <summary>The revision that wrote the failure into the document; absent when it could not be written.</summary>
    public const string Revision = "offline-actions-failure-revision";
}
