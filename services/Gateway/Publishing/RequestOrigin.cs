using OfflineActions.ServiceDefaults.Tracing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.Publishing;

/// <summary>What a document says about how its request began, for the trace of the request only.</summary>
/// <param name="Trace">The trace that the device began; null when it began none.</param>
/// <param name="WrittenAt">When the request was written on the device, by its clock; null when the document does not say so.</param>
internal sealed record RequestOrigin(TraceContext? Trace, DateTimeOffset? WrittenAt)
{
    /// <summary>The origin of a request; null when nothing of it is needed. The time is needed only while spans are recorded.</summary>
    /// <param name="trace">The document's <c>traceparent</c>.</param>
    /// <param name="requestedAt">The document's <c>requestedAt</c>, as it is written.</param>
    public static RequestOrigin? From(TraceContext? trace, string? requestedAt)
    {
        var writtenAt = PublishingTelemetry.IsTraced ? Rfc3339.Parse(requestedAt) : null;
        return trace is null && writtenAt is null ? null : new RequestOrigin(trace, writtenAt);
    }
}
