namespace OfflineActions.Emulators.Store;

/// <summary>How an attachment is given to a reader.</summary>
internal enum AttachmentForm
{
    /// <summary>Only described.</summary>
    Stub,

    /// <summary>In base64, inside the document.</summary>
    Data,

    /// <summary>As a part of its own that follows the document.</summary>
    Follows,
}
