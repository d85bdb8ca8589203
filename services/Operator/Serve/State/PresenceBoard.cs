using Microsoft.Extensions.Hosting;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Presence;
using OfflineActions.Messaging.Queues;

namespace OfflineActions.Operator.Serve.State;

/// <summary>
/// What gateways and workers have said about themselves. How long ago that was is measured on the clock that nobody sets: times on the wall
/// are only shown.
/// </summary>
internal sealed class PresenceBoard(TimeProvider clock)
{
    /// <summary>Any client of the broker may publish to the exchange, so what is kept is bounded.</summary>
    private const int MaxProcesses = 500;

    private static readonly TimeSpan Forget = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private DateTimeOffset? listeningSince;
    private long listeningFrom;

    /// <summary>Since when this process listens; null when it does not, because the broker cannot be used.</summary>
    public DateTimeOffset? ListeningSince
    {
        get
        {
            lock (gate)
            {
                return listeningSince;
            }
        }

        set
        {
            lock (gate)
            {
                (listeningSince, listeningFrom) = (value, clock.GetTimestamp());
            }
        }
    }

    /// <summary>For how long this process has listened; null when it does not.</summary>
    public TimeSpan? ListeningFor
    {
        get
        {
            lock (gate)
            {
                return listeningSince is null ? null : clock.GetElapsedTime(listeningFrom);
            }
        }
    }

    public void Hear(ServicePresence presence)
    {
        lock (gate)
        {
            var key = $"{presence.Service} {presence.Id}";
            if (entries.ContainsKey(key) || entries.Count < MaxProcesses || TryDropOne())
            {
                entries[key] = new Entry(presence, clock.GetUtcNow(), clock.GetTimestamp());
            }
        }
    }

    /// <summary>All that were heard in the last ten minutes, the longest running first.</summary>
    public IReadOnlyList<KnownService> List()
    {
        lock (gate)
        {
            foreach (var (key, entry) in entries)
            {
                if (clock.GetElapsedTime(entry.HeardFrom) > Forget)
                {
                    entries.Remove(key);
                }
            }

            return
            [
                .. entries.Values
                    .Select(entry => new KnownService(entry.Presence, entry.HeardAt, FindState(entry)))
                    .OrderBy(service => service.Presence.Service, StringComparer.Ordinal)
                    .ThenBy(service => service.Presence.StartedAt),
            ];
        }
    }

    /// <summary>Which workers have a request for a document now, and for how long, in words.</summary>
    public IReadOnlyList<string> DescribeHolders(string keyspace, string documentId) =>
    [
        .. from service in List()
           where service.State is ServiceState.Running
           from action in service.Presence.Actions
           from request in action.Oldest
           where request.Keyspace == keyspace && request.DocumentId == documentId
           select $"The worker {service.Presence.Machine} ({service.Presence.ProcessId}) has had it for "
               + $"{Words.Duration(TimeSpan.FromSeconds(Math.Clamp(request.Seconds, 0, 1e6)))}.",
    ];

    /// <summary>Makes room for a process that has started: of those that run no longer, the one that was heard first goes.</summary>
    private bool TryDropOne()
    {
        var gone = entries.Where(entry => FindState(entry.Value) is ServiceState.Stopped or ServiceState.Silent)
            .OrderBy(entry => entry.Value.HeardFrom)
            .Select(entry => entry.Key)
            .FirstOrDefault();
        return gone is not null && entries.Remove(gone);
    }

    private ServiceState FindState(Entry entry)
    {
        if (entry.Presence.IsStopping)
        {
            return ServiceState.Stopped;
        }

        // While nobody listens, nobody can be called silent.
        var patience = TimeSpan.FromSeconds(2 + (3 * Math.Clamp(entry.Presence.EverySeconds, 0.1, 600)));
        return listeningSince is null ? ServiceState.Unknown
            : clock.GetElapsedTime(Math.Max(listeningFrom, entry.HeardFrom)) > patience ? ServiceState.Silent
            : ServiceState.Running;
    }

    /// <param name="Presence">What it said.</param>
    /// <param name="HeardAt">When, on the wall.</param>
    /// <param name="HeardFrom">The same as a timestamp.</param>
    private sealed record Entry(ServicePresence Presence, DateTimeOffset HeardAt, long HeardFrom);
}

/// <summary>A gateway or worker that was heard.</summary>
/// <param name="Presence">What it said last.</param>
/// <param name="HeardAt">When.</param>
/// <param name="State">What that means now.</param>
internal sealed record KnownService(ServicePresence Presence, DateTimeOffset HeardAt, ServiceState State);

internal enum ServiceState
{
    /// <summary>It was heard lately.</summary>
    Running,

    /// <summary>It said that it stops.</summary>
    Stopped,

    /// <summary>It has not been heard for several turns: it was killed, is frozen, or has lost the broker.</summary>
    Silent,

    /// <summary>The page itself hears nothing, because the broker cannot be used.</summary>
    Unknown,
}

/// <summary>Listens for as long as the page runs.</summary>
internal sealed class PresenceHearing(BrokerLine broker, PresenceBoard board, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!broker.IsInMemory && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await broker.OpenAsync("operator page, presence", stoppingToken);
                board.ListeningSince = clock.GetUtcNow();
                await PresenceListener.RunAsync(connection, board.Hear, stoppingToken);
            }
            catch (Exception error) when (error is BrokerUnavailableException or OperationCanceledException)
            {
                // The page says by itself that the broker cannot be used.
            }

            board.ListeningSince = null;
            await Task.Delay(BetweenAttempts, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
