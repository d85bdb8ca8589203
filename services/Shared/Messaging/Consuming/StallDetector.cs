using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OfflineActions.Messaging.Consuming;

/// <summary>
/// Liveness fails when messages are ready, the consumer has capacity, and none was delivered for 60 s. Such a consumer has stopped without
/// an error, and only a restart fixes that. An unreachable or blocked broker is no stall, because its queues cannot be checked.
/// </summary>
internal sealed class StallDetector(TimeProvider clock) : IReceiveObserver, IReceiveEndpointObserver, IHealthCheck
{
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Endpoint> endpoints = [];

    /// <summary>Adds the consumer of <paramref name="queue"/>, which processes <paramref name="limit"/> messages at the same time.</summary>
    public void Watch(string queue, int limit)
    {
        lock (gate)
        {
            endpoints[queue] = new Endpoint(limit);
        }
    }

    /// <summary>Records how many messages are ready in <paramref name="queue"/> now.</summary>
    public void RecordReady(string queue, uint messages)
    {
        lock (gate)
        {
            if (endpoints.TryGetValue(queue, out var endpoint))
            {
                var idle = endpoint.Started && messages > 0 && endpoint.Running < endpoint.Limit && !endpoint.Delivered;
                endpoint.IdleSince = idle ? endpoint.IdleSince ?? clock.GetTimestamp() : null;
                endpoint.Delivered = false;
            }
        }
    }

    /// <summary>Forgets earlier records, because the broker cannot be reached.</summary>
    public void Reset()
    {
        lock (gate)
        {
            foreach (var endpoint in endpoints.Values)
            {
                endpoint.IdleSince = null;
            }
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var stalled = endpoints
                .Where(endpoint => endpoint.Value.IdleSince is { } since && clock.GetElapsedTime(since) >= StallTimeout)
                .Select(endpoint => endpoint.Key)
                .ToArray();
            return Task.FromResult(stalled.Length == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(
                    $"Messages are ready in {string.Join(", ", stalled)}, but none was delivered to this process "
                    + $"for {StallTimeout.TotalSeconds} s."));
        }
    }

    /// <summary>Records whether the consumer of <paramref name="queue"/> is started.</summary>
    public void SetStarted(string queue, bool started) => Change(queue, endpoint =>
    {
        endpoint.Started = started;
        endpoint.IdleSince = started ? endpoint.IdleSince : null;
    });

    /// <summary>Records that processing of a message of <paramref name="queue"/> begins.</summary>
    public void RecordDelivery(string queue) => Change(queue, endpoint =>
    {
        endpoint.Running++;
        endpoint.Delivered = true;
    });

    /// <summary>Records that processing of a message of <paramref name="queue"/> ends.</summary>
    public void RecordEnd(string queue) => Change(queue, endpoint => endpoint.Running--);

    Task IReceiveObserver.PreReceive(ReceiveContext context) => RecordAsync(context.InputAddress, RecordDelivery);

    Task IReceiveObserver.PostReceive(ReceiveContext context) => RecordAsync(context.InputAddress, RecordEnd);

    Task IReceiveObserver.ReceiveFault(ReceiveContext context, Exception exception) => RecordAsync(context.InputAddress, RecordEnd);

    Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready) => RecordStartedAsync(ready.InputAddress, true);

    Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping) => RecordStartedAsync(stopping.InputAddress, false);

    Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed) => RecordStartedAsync(completed.InputAddress, false);

    Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted) => RecordStartedAsync(faulted.InputAddress, false);

    Task IReceiveObserver.PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) => Task.CompletedTask;

    Task IReceiveObserver.ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) =>
        Task.CompletedTask;

    private static string QueueOf(Uri endpoint) => endpoint.Segments[^1];

    private static Task RecordAsync(Uri endpoint, Action<string> record)
    {
        record(QueueOf(endpoint));
        return Task.CompletedTask;
    }

    private Task RecordStartedAsync(Uri endpoint, bool started)
    {
        SetStarted(QueueOf(endpoint), started);
        return Task.CompletedTask;
    }

    private void Change(string queue, Action<Endpoint> change)
    {
        lock (gate)
        {
            if (endpoints.TryGetValue(queue, out var endpoint))
            {
                change(endpoint);
            }
        }
    }

    private sealed class Endpoint(int limit)
    {
        public int Limit => limit;

        public bool Started { get; set; }

        public int Running { get; set; }

        public bool Delivered { get; set; }

        public long? IdleSince { get; set; }
    }
}
