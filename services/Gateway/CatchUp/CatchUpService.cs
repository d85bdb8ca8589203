using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging.Leases;
using OfflineActions.Messaging.Topology;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Finds open requests in the changes feed whose webhooks were lost, and publishes them. Every open request gets a message, also after
/// the loss of webhooks, gateway, broker or checkpoint.
/// </summary>
internal sealed class CatchUpService : BackgroundService, IHealthCheck
{
    private readonly IReadOnlyList<CatchUpState> states;
    private readonly IReadOnlyList<KeyspaceFollower> followers;
    private readonly GatewayOptions options;
    private readonly IHostApplicationLifetime lifetime;

    public CatchUpService(
        IOptions<GatewayOptions> configured,
        IOptions<SyncGatewayOptions> syncGateway,
        SyncGatewayClient client,
        ActionCatalog catalog,
        UnroutedRequests unrouted,
        UnanswerableRequests unanswerable,
        RequestPublisher publisher,
        DelayedRequests delayed,
        PublishedByKeyspace published,
        BrokerIncarnation incarnation,
        BrokerLeases leases,
        CatchUpTelemetry telemetry,
        TimeProvider clock,
        IHostApplicationLifetime lifetime,
        ILogger<CatchUpService> log)
    {
        this.lifetime = lifetime;
        options = configured.Value;
        states = [.. options.Accepted.Distinct().Select(keyspace => new CatchUpState(keyspace, log))];
        followers = [.. states.Select(CreateFollower)];
        telemetry.Observe(states, published);

        KeyspaceFollower CreateFollower(CatchUpState state) => new(
            state,
            new RequestFeed(
                new FeedReader(client, state.Keyspace, options.Channel),
                catalog,
                // A keyspace of its own database has the webhook, which counts unknown requests.
                options.SharesDatabase(state.Keyspace) ? unrouted : null,
                delayed),
            new DatabaseInstances(client, state.Keyspace, DescribeReading(state.Keyspace), clock),
            leases,
            incarnation,
            published,
            new OpenRequestPublisher(state.Keyspace, published, unanswerable, client, publisher, options, clock, log),
            options,
            clock,
            log);

        string DescribeReading(string keyspace) => FeedPlace.DescribeReading(
            syncGateway.Value.Url, syncGateway.Value.User, keyspace, options.Channel, catalog.Actions.Select(action => action.States.Request));
    }

    /// <summary>The state of each keyspace.</summary>
    public IReadOnlyList<CatchUpState> States => states;

    /// <summary>
    /// Ends the wait after a failure. For a webhook of a database with several keyspaces: it does not say which one changed.
    /// </summary>
    public void Wake(string keyspace)
    {
        foreach (var follower in followers.Where(follower => follower.Keyspace == keyspace))
        {
            follower.Wake();
        }
    }

    /// <summary>At worst degraded: webhooks, also those of a keyspace that cannot be followed, need only the broker.</summary>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problems = states.Where(state => state.Problem is not null).Select(state => $"{state.Keyspace}: {state.Problem}").ToArray();
        return Task.FromResult(problems.Length == 0
            ? HealthCheckResult.Healthy("Every keyspace is followed")
            : HealthCheckResult.Degraded($"Catch-up: {string.Join("; ", problems)}"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Runs only while the bus runs.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await using var start = lifetime.ApplicationStarted.Register(started.SetResult);
        await Task.WhenAny(started.Task, Task.Delay(Timeout.Infinite, stopping.Token));

        await Task.WhenAll(followers.Select(follower => follower.RunAsync(stopping.Token)));
    }
}
