using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// The failure codes that metrics may show: the worker's own, and those that handlers name. An app can write any text into the failure of
/// its document, so that their number would have no limit.
/// </summary>
internal sealed class FailureCodes(IEnumerable<IActionHandler> handlers)
{
    /// <summary>The message names no document that can exist.</summary>
    public const string InvalidMessage = "invalid_message";

    /// <summary>The document is too large or nested too deep to be read.</summary>
    public const string UnreadableDocument = "unreadable_document";

    /// <summary>The worker may not read the document, although it may read others.</summary>
    public const string ForbiddenDocument = "forbidden_document";

    /// <summary>Sync Gateway refuses to store the result.</summary>
    public const string WriteRefused = "write_refused";

    /// <summary>An exception of a handler, or of the worker.</summary>
    public const string InternalError = "internal_error";

    /// <summary>The handler returned a property that is not its own to write.</summary>
    public const string InvalidResult = "invalid_result";

    /// <summary>The handler exceeded its timeout.</summary>
    public const string TimedOut = "timed_out";

    /// <summary>The document's <c>expiresAt</c> has passed.</summary>
    public const string Expired = "expired";

    /// <summary><c>notBefore</c> or <c>expiresAt</c> is no time.</summary>
    public const string InvalidTime = "invalid_time";

    /// <summary>Sync Gateway has lost an attachment, or stores another content than the document says.</summary>
    public const string UnreadableAttachment = "unreadable_attachment";

    /// <summary><c>then</c> is no list of known requests, or too long.</summary>
    public const string InvalidThen = "invalid_then";

    /// <summary>The message killed every worker that processed it.</summary>
    public const string WorkerCrashed = "worker_crashed";

    /// <summary>What OpenTelemetry calls every other error.</summary>
    private const string Other = "_OTHER";

    private readonly HashSet<string> known = new(
        [
            InvalidMessage, UnreadableDocument, ForbiddenDocument, WriteRefused, InternalError, InvalidResult, TimedOut, Expired,
            InvalidTime, UnreadableAttachment, InvalidThen, WorkerCrashed,
            .. handlers.SelectMany(handler => handler.FailureCodes),
        ],
        StringComparer.Ordinal);

    /// <summary>Every value that <see cref="ToLabel"/> returns.</summary>
    public IEnumerable<string> Labels => known.Append(Other);

    /// <summary>The code as metrics show it.</summary>
    public string ToLabel(string code) => known.Contains(code) ? code : Other;
}
