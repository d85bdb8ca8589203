using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OfflineActions.Messaging.Consuming;

/// <summary>
/// Finds out when messages wait, this process has hands free, and still gets none: a consumer that silently stopped, which only a
/// restart cures. So it is part of liveness. A broker that is away or blocked never looks like that: it is not asked then.
/// </summary>
internal sealed class StallDetector(TimeProvider clock) : IReceiveObserver, IReceiveEndpointObserver, IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Endpoint> endpoints = [];

    /// <summary>Starts to look at the endpoint of <paramref name="queue"/>, which works on <paramref name="limit"/> messages at a time.</summary>
    public void Watch(string queue, int limit)
    {
        lock (gate)
        {
            endpoints[queue] = new Endpoint(limit);
        }
    }

    /// <summary>Notes what the broker just said: so many messages wait in <paramref name="queue"/>.</summary>
    public void Waiting(string queue, uint messages)
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

    /// <summary>Notes that the broker cannot be asked: whatever it looked like before is no evidence any more.</summary>
    public void Unknown()
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
                .Where(endpoint => endpoint.Value.IdleSince is { } since && clock.GetElapsedTime(since) >= Patience)
                .Select(endpoint => endpoint.Key)
                .ToArray();
            return Task.FromResult(stalled.Length == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(
                    $"Messages wait in {string.Join(", ", stalled)}, and none has been delivered here for {Patience.TotalSeconds} s."));
        }
    }

    /// <summary>Notes that the endpoint of <paramref name="queue"/> takes messages, or does not.</summary>
    public void Runs(string queue, bool started) => Change(queue, endpoint => endpoint.Started = started);

    /// <summary>Notes that a message of <paramref name="queue"/> has come.</summary>
    public void Begin(string queue) => Change(queue, endpoint =>
    {
        endpoint.Running++;
        endpoint.Delivered = true;
    });

    /// <summary>Notes that a message of <paramref name="queue"/> is done with.</summary>
    public void End(string queue) => Change(queue, endpoint => endpoint.Running--);

    Task IReceiveObserver.PreReceive(ReceiveContext context) => DoneAsync(() => Begin(Name(context.InputAddress)));

    Task IReceiveObserver.PostReceive(ReceiveContext context) => DoneAsync(() => End(Name(context.InputAddress)));

    Task IReceiveObserver.ReceiveFault(ReceiveContext context, Exception exception) => DoneAsync(() => End(Name(context.InputAddress)));

    Task IReceiveEndpointObserver.Ready(ReceiveEndpointReady ready) => DoneAsync(() => Runs(Name(ready.InputAddress), started: true));

    Task IReceiveEndpointObserver.Stopping(ReceiveEndpointStopping stopping) => DoneAsync(() => Runs(Name(stopping.InputAddress), started: false));

    Task IReceiveEndpointObserver.Completed(ReceiveEndpointCompleted completed) => DoneAsync(() => Runs(Name(completed.InputAddress), started: false));

    Task IReceiveEndpointObserver.Faulted(ReceiveEndpointFaulted faulted) => DoneAsync(() => Runs(Name(faulted.InputAddress), started: false));

    Task IReceiveObserver.PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) => Task.CompletedTask;

    Task IReceiveObserver.ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) =>
        Task.CompletedTask;

    private static string Name(Uri endpoint) => endpoint.Segments[^1];

    private static Task DoneAsync(Action note)
    {
        note();
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
