using System.Diagnostics.Metrics;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>The metrics of catch-up, in the meter <c>OfflineActions.Gateway</c>.</summary>
internal sealed class CatchUpTelemetry
{
    private readonly Meter meter;
    private readonly Counter<long> published;

    public CatchUpTelemetry(IMeterFactory meters)
    {
        meter = meters.Create("OfflineActions.Gateway");
        published = meter.CreateCounter<long>(
            "offline_actions.catch_up.published", "{request}", "Requests that were published because the changes feed showed them open.");
    }

    public void Published(string request) => published.Add(1, new KeyValuePair<string, object?>("action", request));

    /// <summary>Adds the gauges, with one value for each keyspace that this process follows.</summary>
    public void Observe(IReadOnlyList<CatchUpState> keyspaces, PublishedByKeyspace memory)
    {
        meter.CreateObservableGauge(
            "offline_actions.catch_up.open",
            () => Measure(requests => (long)requests.Count),
            "{request}",
            "Requests that are open as far as the changes feed has been read.");
        meter.CreateObservableGauge(
            "offline_actions.catch_up.lag",
            () => Measure(requests => requests.OldestUnpublished is { } seen ? (memory.Now - seen).TotalSeconds : 0),
            "s",
            "The time since this process first saw the oldest open request that it has not published.");

        IEnumerable<Measurement<T>> Measure<T>(Func<OpenRequests, T> value)
            where T : struct => keyspaces
            .Select(state => (state.Keyspace, state.Requests))
            .Where(state => state.Requests is not null)
            .Select(state => new Measurement<T>(value(state.Requests!), new KeyValuePair<string, object?>("keyspace", state.Keyspace)));
    }
}
