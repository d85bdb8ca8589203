using System.Text.Json.Nodes;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.SyncGateway;

/// <summary>One revision of a document, as it was read or is to be written.</summary>
/// <param name="Id">Its <c>_id</c>.</param>
/// <param name="Revision">Its <c>_rev</c>, for example <c>2-7c4a</c>. A write replaces exactly this revision.</param>
/// <param name="Body">
/// The app's properties, spelled as the app spelled them, plus <c>_attachments</c> (stubs) and <c>_exp</c> when the document
/// has them. A write without those two deletes the attachments and the expiry. Never contains <c>_id</c>, <c>_rev</c>, <c>_cv</c>,
/// <c>_revisions</c>, <c>_removed</c> or <c>_deleted</c>.
/// </param>
public sealed record Document(string Id, string Revision, RawObject Body)
{
    /// <summary>
    /// How deep a document may be nested to be processed, the document itself being the first level. Sync Gateway accepts 10,000 levels,
    /// but parsing costs size times depth: 20 MiB at that depth would keep a core busy for minutes.
    /// </summary>
    public const int MaxDepth = 512;

    /// <summary>Its <c>action</c>; null when there is none, or it is not a string.</summary>
    public string? Action => Text("action");

    /// <summary>Its <c>priority</c>; null when there is none, or it is not a string.</summary>
    public string? Priority => Text("priority");

    /// <summary>Whether a worker has noted in it when it tries again. That made a revision which belongs to the message of an earlier one.</summary>
    public bool HasProgress => Body.Contains("progress") && Body["progress"] is JsonObject progress && progress.ContainsKey("nextAttemptAt");

    /// <summary>
    /// Its <c>traceparent</c>; null when there is none, or it is not valid. A document that repeated a name has none: it may have been
    /// this one.
    /// </summary>
    public TraceContext? Trace =>
        Body.HadRepeatedNames ? null : TraceContext.Parse(Body.Text(TraceContext.Name, TraceContext.MaxJsonBytes));

    /// <summary>A property of the app that is a string; null when there is none, or it is not a string.</summary>
    public string? Text(string property) => Body.Text(property);
}
