using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;
using OfflineActions.ServiceDefaults.Tracing;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>How one attempt at a request ended.</summary>
/// <remarks>
/// The way of a 503 from SWAPI:
/// <list type="number">
/// <item>The handler returns <see cref="ActionResult.TransientFailure"/>.</item>
/// <item>While attempts are left, the attempt ends as <see cref="Deferred"/>: the message waits in a delay queue.</item>
/// <item>After the last attempt the document becomes <c>person_failure</c>, the attempt ends as <see cref="Failed"/>, and the message
/// moves to the error queue.</item>
/// <item>If that document cannot be written, the attempt is deferred with a <see cref="PendingFailure"/>. The next delivery writes it
/// and does not run the handler again.</item>
/// </list>
/// </remarks>
internal abstract record RunOutcome
{
    private RunOutcome()
    {
    }

    /// <summary>
    /// The document no longer requests the action. It may hold exactly the failure that this message was to write: then the worker that
    /// wrote it died, or got no answer to the write, and the message must still move to the error queue.
    /// </summary>
    public static RunOutcome WithoutRequest(Attempt attempt, Document document) =>
        (attempt.PendingFailure is not null || attempt.IsInterrupted)
        && DocumentTransitions.IsFailure(document, attempt.States, attempt.IsInterrupted ? null : attempt.PendingFailure)
            ? new Failed(
                DocumentTransitions.ReadError(document, "code"), DocumentTransitions.ReadError(document, "message"), document.Revision)
            : new Completed(HasWritten: false);

    /// <summary>The document holds the result, or no longer requests the action.</summary>
    /// <param name="HasWritten">Whether this attempt wrote the result.</param>
    public sealed record Completed(bool HasWritten) : RunOutcome;

    /// <summary>The request failed. The document says so, unless Sync Gateway refuses to store it.</summary>
    /// <param name="Code">A stable word for programs.</param>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="Revision">The revision in which the document says so; null when it does not.</param>
    /// <param name="IsTransient">Whether a transient failure ended the request, because no attempt was left.</param>
    public sealed record Failed(string Code, string Reason, string? Revision, bool IsTransient = false) : RunOutcome
    {
        /// <summary>
        /// Moves the message to the error queue. The operator's replay compares the revision to see whether the document has changed.
        /// </summary>
        public MessageFailedException ToException()
        {
            var headers = new Dictionary<string, string> { [FailureHeaders.Code] = Code };
            if (Revision is not null)
            {
                headers[FailureHeaders.Revision] = Revision;
            }

            return new MessageFailedException($"{Code}: {Reason}", headers);
        }
    }

    /// <summary>The message is delivered again later.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="Reason">A sentence for an operator.</param>
    /// <param name="Delay">The shortest delay, when it is known: from <c>Retry-After</c> or <c>notBefore</c>.</param>
    /// <param name="PendingFailure">A failure that is still to be written.</param>
    public sealed record Deferred(
        DeferralCause Cause, string Reason, TimeSpan? Delay = null, PendingFailure? PendingFailure = null) : RunOutcome;
}

/// <summary>Why a request was deferred.</summary>
internal enum DeferralCause
{
    /// <summary>The action failed and may succeed later. The number of attempts is limited.</summary>
    TransientFailure,

    /// <summary>Sync Gateway was unavailable. Not the request's fault: retried without limit, no attempt counted.</summary>
    SyncGatewayUnavailable,

    /// <summary>
    /// The worker may not read this document, although it may read others. The number of attempts is limited, but they do not count for
    /// the circuit breaker, which one app user could open for all otherwise.
    /// </summary>
    Forbidden,

    /// <summary>The document's <c>notBefore</c> is in the future.</summary>
    NotBefore,
}

/// <summary>One attempt at one request.</summary>
/// <param name="States">The action's states.</param>
/// <param name="Message">Which revision of which document requests the action.</param>
/// <param name="Handler">Performs the action.</param>
/// <param name="Number">1 for the first attempt.</param>
/// <param name="IsLast">Whether a transient failure ends the request, because no attempt is left.</param>
/// <param name="IsInterrupted">Whether a delivery of this message ended without an outcome, for example because the worker died.</param>
/// <param name="PendingFailure">A failure that an earlier attempt could not write.</param>
internal sealed record Attempt(
    ActionStates States,
    ActionRequested Message,
    IActionHandler Handler,
    int Number,
    bool IsLast,
    bool IsInterrupted = false,
    PendingFailure? PendingFailure = null)
{
    /// <summary>Its trace. The attempt sets it when the message names none.</summary>
    public RequestTrace Trace { get; init; } = new(null);

    /// <summary>
    /// When the next attempt is after a failure, if the document is to say so; null when it is not: the delay is short, or the message comes
    /// from the quarantine queue.
    /// </summary>
    public Func<ActionResult.TransientFailure, DateTimeOffset?> FindNoted { get; init; } = _ => null;

    /// <summary>How long ago the attempt before it ended; null for the first attempt, and when that is not known.</summary>
    public TimeSpan? Delay { get; init; }
}
