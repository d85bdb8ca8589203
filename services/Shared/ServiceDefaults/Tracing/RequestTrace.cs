namespace OfflineActions.ServiceDefaults.Tracing;

/// <summary>
/// The trace of the request that a process works on. It is a scope of the log: the console shows its id in every line that is written
/// within, also when the trace becomes known later.
/// </summary>
/// <param name="context">The place in the trace; null when it is not known.</param>
public sealed class RequestTrace(TraceContext? context)
{
    /// <summary>The place in the trace at which the next span of the request begins; null while none is known.</summary>
    public TraceContext? Context { get; set; } = context;

    /// <summary>For logs that show scopes: the trace's id; empty while none is known.</summary>
    public override string ToString() => Context is { } known ? "trace=" + known.TraceId : "";
}
