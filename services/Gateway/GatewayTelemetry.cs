using System.Diagnostics.Metrics;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Gateway;

/// <summary>The gateway's own metrics, in the meter <c>OfflineActions.Gateway</c>.</summary>
internal sealed class GatewayTelemetry
{
    private readonly Counter<long> published;
    private readonly Counter<long> refused;
    private readonly Counter<long> unrouted;
    private readonly Counter<long> caughtUp;
    private readonly Meter meter;

    public GatewayTelemetry(IMeterFactory meters)
    {
        meter = meters.Create("OfflineActions.Gateway");
        published = meter.CreateCounter<long>("offline_actions.requests.published", "{request}", "Requests the broker confirmed.");
        refused = meter.CreateCounter<long>("offline_actions.requests.refused", "{request}", "Requests the broker did not confirm in time.");
        unrouted = meter.CreateCounter<long>("offline_actions.requests.unrouted", "{request}", "Requests for an action that nobody here knows.");
        caughtUp = meter.CreateCounter<long>("offline_actions.catch_up.published", "{request}", "Requests that were published because the changes feed showed them open.");
    }

    public void Published(string request) => published.Add(1, new KeyValuePair<string, object?>("action", request));

    public void Refused(string request, string reason) =>
        refused.Add(1, new KeyValuePair<string, object?>("action", request), new KeyValuePair<string, object?>("reason", reason));

    public void Unrouted() => unrouted.Add(1);

    public void CaughtUp(string request) => caughtUp.Add(1, new KeyValuePair<string, object?>("action", request));

    /// <summary>Shows what catch-up knows, a line for each keyspace that this process follows.</summary>
    public void Observe(IReadOnlyList<CatchUpState> keyspaces, PublishedByKeyspace published)
    {
        meter.CreateObservableGauge(
            "offline_actions.catch_up.open",
            () => Measure(requests => (long)requests.Count),
            "{request}",
            "Requests that are open as far as the changes feed has been read.");
        meter.CreateObservableGauge(
            "offline_actions.catch_up.lag",
            () => Measure(requests => requests.OldestUnpublished() is { } seen ? (published.Now - seen).TotalSeconds : 0),
            "s",
            "For how long the oldest open request has been known that this process has not published.");

        IEnumerable<Measurement<T>> Measure<T>(Func<OpenRequests, T> value)
            where T : struct => keyspaces
            .Select(state => (state.Keyspace, state.Requests))
            .Where(state => state.Requests is not null)
            .Select(state => new Measurement<T>(value(state.Requests!), new KeyValuePair<string, object?>("keyspace", state.Keyspace)));
    }
}
