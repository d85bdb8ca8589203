using System.Diagnostics;
using OfflineActions.ServiceDefaults.Tracing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// The span of one attempt, in the trace that the message names. When it names none, the document may: what follows the read is then a
/// span in that trace. When neither does and spans are recorded, a trace begins here. When no spans are recorded, there is no span.
/// </summary>
internal sealed class AttemptSpan : IDisposable
{
    private static readonly ActivitySource Source = new("OfflineActions.Worker");

    private readonly Attempt attempt;
    private readonly bool isTraceKnown;
    private readonly Activity? beforeRead;
    private Activity? afterRead;
    private bool isRead;

    private AttemptSpan(Attempt attempt)
    {
        this.attempt = attempt;
        isTraceKnown = attempt.Trace.Context is not null;
        beforeRead = Start(attempt.Trace.Context, links: null);
        attempt.Trace.Context ??= TraceContext.From(beforeRead);
    }

    private Activity? Span => afterRead ?? beforeRead;

    /// <summary>Starts it.</summary>
    public static AttemptSpan Start(Attempt attempt) => new(attempt);

    /// <summary>The document was read. Call it in the method that makes the next calls, so that their spans are within this one.</summary>
    public void Continue(Document document)
    {
        isRead = true;
        if (isTraceKnown || afterRead is not null || document.Trace is not { } trace)
        {
            return;
        }

        attempt.Trace.Context = trace;
        afterRead = Start(trace, beforeRead is null ? null : [new ActivityLink(beforeRead.Context)]);
    }

    /// <summary>How the attempt ended.</summary>
    /// <param name="label">In one word.</param>
    /// <param name="failureCode">The failure code of the request; null when it has not failed.</param>
    public void End(string label, string? failureCode)
    {
        Span?.SetTag("offline_actions.outcome", label);
        if (failureCode is not null)
        {
            Span?.SetStatus(ActivityStatusCode.Error, failureCode);
        }
    }

    public void Dispose()
    {
        afterRead?.Dispose();
        beforeRead?.Dispose();
        if (!isTraceKnown && !isRead)
        {
            // The next attempt may find that the document names a trace, and the message would overrule it.
            attempt.Trace.Context = null;
        }
    }

    private Activity? Start(TraceContext? trace, IEnumerable<ActivityLink>? links)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var parent = trace?.ToActivityContext() ?? default;
        var span = Source.StartActivity(attempt.States.Request, ActivityKind.Consumer, parent, links: links)?
            .SetTag("offline_actions.document_id", attempt.Message.DocumentId)
            .SetTag("offline_actions.revision", attempt.Message.Revision)
            .SetTag("offline_actions.attempt", attempt.Number);
        if (attempt.Delay is { } delay)
        {
            span?.SetTag("offline_actions.delayed_seconds", delay.TotalSeconds);
        }

        return span;
    }
}
