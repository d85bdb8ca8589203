using System.Text.Json.Nodes;

namespace OfflineActions.SyncGateway;

/// <summary>One revision of a document, as it is read and as it is written back.</summary>
/// <param name="Id">Its <c>_id</c>.</param>
/// <param name="Revision">Its <c>_rev</c>, for example <c>2-7c4a</c>. Writing the document replaces exactly this revision.</param>
/// <param name="Body">
/// What the app stored, with numbers spelled as the app spelled them, plus <c>_attachments</c> (stubs) and <c>_exp</c> when the document
/// has them: whoever leaves those out of a write deletes the attachments and the expiry. Never <c>_id</c>, <c>_rev</c>, <c>_cv</c>,
/// <c>_revisions</c>, <c>_removed</c> or <c>_deleted</c>.
/// </param>
public sealed record Document(string Id, string Revision, JsonObject Body);
