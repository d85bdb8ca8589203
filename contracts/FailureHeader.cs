namespace Contracts;

/// <summary>What a message that ended in failure says about it, in its headers, beside the reason.</summary>
public static class FailureHeader
{
    /// <summary>The revision in which the document says that it failed; absent when that could not be written.</summary>
    public const string Revision = "offline-actions-failure-revision";
}
