using System.Diagnostics.Metrics;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>The metrics of catch-up, in the meter <c>OfflineActions.Gateway</c>.</summary>
internal sealed class CatchUpTelemetry(IMeterFactory meters)
{
    private readonly Meter meter = meters.Create("OfflineActions.Gateway");

    /// <summary>Adds the gauges, with one value for each keyspace that this process follows.</summary>
    public void Observe(IReadOnlyList<CatchUpState> keyspaces, PublishedByKeyspace memory)
    {
        meter.CreateObservableGauge(
            "offline_actions.requests.open",
            () => Measure(requests => (long)requests.Count),
            "{request}",
            "Requests that are open as far as the changes feed has been read.");
        meter.CreateObservableGauge(
            "offline_actions.requests.oldest.age",
            () => Measure(requests => requests.OldestOpen is { } seen ? (memory.Now - seen).TotalSeconds : 0),
            "s",
            "The time since this process first saw the oldest open request that has no notBefore.");
        meter.CreateObservableGauge(
            "offline_actions.catch_up.lag",
            () => Measure(requests => requests.OldestUnpublished is { } seen ? (memory.Now - seen).TotalSeconds : 0),
            "s",
            "The time since this process first saw the oldest open request that it has not published.");

        meter.CreateObservableGauge(
            "offline_actions.catch_up.following",
            () => keyspaces.Select(state => new Measurement<long>(
                state is { Requests: not null, Problem: null } ? 1 : 0, new KeyValuePair<string, object?>("keyspace", state.Keyspace))),
            "{gateway}",
            "1 while this process follows the keyspace without trouble; 0 while another one does, or it cannot.");

        IEnumerable<Measurement<T>> Measure<T>(Func<OpenRequests, T> value)
            where T : struct => keyspaces
            .Select(state => (state.Keyspace, state.Requests))
            .Where(state => state.Requests is not null)
            .Select(state => new Measurement<T>(value(state.Requests!), new KeyValuePair<string, object?>("keyspace", state.Keyspace)));
    }
}
