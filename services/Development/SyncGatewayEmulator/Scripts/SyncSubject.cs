using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Scripts;

/// <summary>The revision that a sync function is asked about.</summary>
/// <param name="Id">The document's id.</param>
/// <param name="Revision">The revision's id.</param>
/// <param name="Body">What was sent.</param>
/// <param name="Attachments">Its attachments.</param>
/// <param name="Parent">The revision it follows; null for none.</param>
internal readonly record struct SyncSubject(
    string Id, RevisionId Revision, DocumentBody Body, IReadOnlyList<Attachment> Attachments, Revision? Parent)
{
    /// <summary>The new document with its special members.</summary>
    public byte[] Document() => DocumentBytes.Of(Id, Revision, Body.Deleted, Body.Stored, Attachments);

    /// <summary>The one it replaces, with its id; null when there is none.</summary>
    public byte[]? OldDocument() => Parent?.Body is { } old ? DocumentBytes.Of(Id, null, Parent.Deleted, old, []) : null;
}
