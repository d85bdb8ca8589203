using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Actions;

/// <summary>Performs one action. The worker does the rest: it reads the document, retries, and writes the result.</summary>
/// <remarks>
/// A handler may run more than once for the same request, and in several workers at the same time. One result is written; the
/// document's revision decides which. So side effects of a handler must be idempotent.
/// </remarks>
public interface IActionHandler
{
    /// <summary>
    /// The properties of the document that the result depends on. A handler gets only these. When the app edits other properties
    /// meanwhile, the result is written to the new revision, and the handler does not run again. <see cref="Attachment.Input"/> stands
    /// for the attachments: they come as <see cref="ActionRequest.Attachments"/>, and a result for other attachments is thrown away.
    /// </summary>
    IReadOnlyCollection<string> Inputs { get; }

    /// <summary>
    /// The longest that <see cref="PerformAsync"/> takes, also to open and read attachments. It is at most Worker:DeliveryTimeout minus twice
    /// SyncGateway:Timeout, which reading and writing the document may take: 40 s with the defaults. A worker does not start with a longer one.
    /// A handler that still runs a second after its token has fired is abandoned: the attempt has failed, although the handler may go on.
    /// </summary>
    TimeSpan Timeout { get; }

    /// <summary>
    /// Whether it computes for long instead of waiting: for about 10 ms a request or more. Then each request runs on a thread of its own, also
    /// after an <c>await</c>, so that it keeps no thread of the pool from others. What takes less is not worth a thread.
    /// </summary>
    /// <remarks>Such a handler must not block on a task of its own, for example by <c>Task.Result</c>: that may need the same thread.</remarks>
    bool Computes => false;

    /// <summary>
    /// The largest number of requests to process at the same time, for a handler that asks a service which takes only so many, for example;
    /// null when Worker:Concurrency decides alone, 512 by default. A handler that <see cref="Computes"/> takes as many as there are processors.
    /// </summary>
    /// <remarks>It holds for each worker. 1 means one of each lane, so two. A message in quarantine comes on top.</remarks>
    int? MaxConcurrency => Computes ? Environment.ProcessorCount : null;

    /// <summary>
    /// The codes of its failures, for metrics. A code that is not among them is counted as <c>_OTHER</c>.
    /// </summary>
    IReadOnlyCollection<string> FailureCodes => [];

    /// <summary>Performs the action.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Canceled when the timeout is over or the worker stops.</param>
    Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken);
}

/// <summary>One request, as the handler gets it.</summary>
/// <param name="DocumentId">The document's <c>_id</c>.</param>
/// <param name="Revision">The revision that requested the action. With the id it identifies the request; it is the same in every
/// delivery.</param>
/// <param name="Inputs">The properties named by <see cref="IActionHandler.Inputs"/> that the document has.</param>
public sealed record ActionRequest(string DocumentId, string Revision, JsonObject Inputs)
{
    /// <summary>
    /// The attachments of the document. <see cref="Attachment.Input"/> must be among the handler's inputs; without it, using them throws an
    /// <see cref="InvalidOperationException"/>.
    /// </summary>
    public DocumentAttachments Attachments { get; init; } = DocumentAttachments.None;
}

/// <summary>How an action ended.</summary>
public abstract record ActionResult
{
    private ActionResult()
    {
    }

    /// <summary>The action succeeded.</summary>
    /// <param name="Properties">
    /// The properties that the document gets, for example <c>{"person": {…}}</c>. A name that begins with <c>_</c>, or is <c>action</c>,
    /// <c>error</c>, <c>then</c>, <c>chain</c>, <c>progress</c>, <c>priority</c>, <c>notBefore</c>, <c>expiresAt</c>, <c>requestedAt</c> or
    /// <c>traceparent</c>, is not the action's: the request fails with <c>invalid_result</c>, and nothing of the result is written.
    /// </param>
    public sealed record Succeeded(JsonObject Properties) : ActionResult;

    /// <summary>The action will never succeed, however often it is attempted.</summary>
    /// <param name="Code">A stable word for programs, for example <c>person_not_found</c>.</param>
    /// <param name="Message">A sentence for the user of the app.</param>
    public sealed record PermanentFailure(string Code, string Message) : ActionResult;

    /// <summary>The action may succeed later.</summary>
    /// <param name="Code">A stable word for programs, for example <c>swapi_unavailable</c>.</param>
    /// <param name="Message">A sentence for the user of the app.</param>
    /// <param name="RetryAfter">The shortest delay before the next attempt, when it is known.</param>
    /// <param name="IsOutage">
    /// Whether what the action needs may be away, for every request. Then the worker pauses the action while nearly all attempts fail. False when
    /// this document alone may be the cause: otherwise one user could pause the action for all.
    /// </param>
    public sealed record TransientFailure(string Code, string Message, TimeSpan? RetryAfter = null, bool IsOutage = true) : ActionResult;
}
