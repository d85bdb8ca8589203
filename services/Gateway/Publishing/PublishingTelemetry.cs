using System.Diagnostics;
using System.Diagnostics.Metrics;
using OfflineActions.Contracts;

namespace OfflineActions.Gateway.Publishing;

/// <summary>The spans and metrics of publishing, as source and meter <c>OfflineActions.Gateway</c>.</summary>
internal sealed class PublishingTelemetry
{
    private static readonly ActivitySource Source = new("OfflineActions.Gateway");

    private readonly Counter<long> published;
    private readonly Counter<long> refused;
    private readonly Counter<long> unrouted;

    public PublishingTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create("OfflineActions.Gateway");
        published = meter.CreateCounter<long>("offline_actions.requests.published", "{request}", "Requests that the broker confirmed.");
        refused = meter.CreateCounter<long>(
            "offline_actions.requests.refused", "{request}", "Requests that the broker did not confirm in time.");
        unrouted = meter.CreateCounter<long>(
            "offline_actions.requests.unrouted", "{request}", "Requests for an action that is not in the catalog.");
    }

    /// <summary>Whether somebody records spans.</summary>
    public static bool IsTraced => Source.HasListeners();

    /// <summary>
    /// Starts the span of receiving and publishing one request, in the trace that the device began. The webhook cannot be in that trace,
    /// because Sync Gateway sends none along: the span links to it. Without a trace of the device, the span belongs to the webhook's.
    /// </summary>
    /// <returns>Null when nobody records spans.</returns>
    public static Activity? Start(ActionContract action, ActionRequested message, RequestOrigin? origin)
    {
        if (!IsTraced)
        {
            return null;
        }

        var webhook = Activity.Current;
        var span = Source.StartActivity(
            "publish " + action.States.Request,
            ActivityKind.Producer,
            origin?.Trace?.ToActivityContext() ?? default,
            links: origin?.Trace is not null && webhook is not null ? [new ActivityLink(webhook.Context)] : null);
        span?.SetTag("offline_actions.keyspace", message.Keyspace)
            .SetTag("offline_actions.document_id", message.DocumentId)
            .SetTag("offline_actions.revision", message.Revision);
        if (origin?.WrittenAt is { } writtenAt)
        {
            // Negative when the clock of the device is ahead.
            span?.SetTag("offline_actions.offline_seconds", (message.RequestedAt - writtenAt).TotalSeconds);
        }

        return span;
    }

    public void Published(string request) => published.Add(1, new KeyValuePair<string, object?>("action", request));

    public void Refused(string request, string reason) =>
        refused.Add(1, new KeyValuePair<string, object?>("action", request), new KeyValuePair<string, object?>("reason", reason));

    public void Unrouted() => unrouted.Add(1);
}
