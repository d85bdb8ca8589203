using System.Diagnostics.Metrics;

namespace OfflineActions.Gateway.Publishing;

/// <summary>The metrics of publishing, in the meter <c>OfflineActions.Gateway</c>.</summary>
internal sealed class PublishingTelemetry
{
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

    public void Published(string request) => published.Add(1, new KeyValuePair<string, object?>("action", request));

    public void Refused(string request, string reason) =>
        refused.Add(1, new KeyValuePair<string, object?>("action", request), new KeyValuePair<string, object?>("reason", reason));

    public void Unrouted() => unrouted.Add(1);
}
