using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.Messaging.Topology;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// Finds in the changes feed what no webhook brought, and publishes it: whatever happens to webhooks, gateway, broker or checkpoint, every
/// open request gets a message.
/// </summary>
internal sealed class CatchUpService : BackgroundService, IHealthCheck
{
    private readonly IReadOnlyList<CatchUpState> states;
    private readonly IReadOnlyList<KeyspaceFollower> followers;
    private readonly GatewayOptions options;
    private readonly IHostApplicationLifetime lifetime;

    public CatchUpService(
        IOptions<GatewayOptions> configured,
        SyncGatewayClient client,
        ActionCatalog catalog,
        UnroutedRequests unrouted,
        UnanswerableRequests refused,
        RequestPublisher publisher,
        PublishedByKeyspace published,
        BrokerIncarnation broker,
        GatewayTelemetry telemetry,
        TimeProvider clock,
        IHostApplicationLifetime lifetime,
        ILogger<CatchUpService> log)
    {
        this.lifetime = lifetime;
        options = configured.Value;
        states = [.. options.Accepted.Distinct().Select(keyspace => new CatchUpState(keyspace, log))];
        var holder = Guid.NewGuid().ToString("N");
        followers = [.. states.Select(Follower)];
        telemetry.Observe(states, published);

        KeyspaceFollower Follower(CatchUpState state) => new(
            state,
            new RequestFeed(
                new FeedReader(client, state.Keyspace, options.Channel),
                catalog,
                options.SharesDatabase(state.Keyspace) ? unrouted : null),
            new Lease(
                new CheckpointStore(client, state.Keyspace, new CheckpointSigner(state.Keyspace, options.WebhookPassword)),
                state.Keyspace,
                holder,
                options.Channel ?? "",
                [.. catalog.Actions.Select(action => action.States.Request).Order(StringComparer.Ordinal)],
                options.LeaseFor,
                clock,
                log),
            published,
            broker,
            requests => new OpenRequestPublisher(
                state.Keyspace, requests, published, catalog, refused, publisher, telemetry, clock, options.CatchUpInFlight, log),
            options,
            clock,
            log);
    }

    /// <summary>A webhook has come for a keyspace that shares its database with others: what changed is found in the feed.</summary>
    public void Wake(string keyspace)
    {
        foreach (var follower in followers.Where(follower => follower.Keyspace == keyspace))
        {
            follower.Wake();
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problems = states.Where(state => state.Problem is not null).Select(state => $"{state.Keyspace}: {state.Problem}").ToArray();
        return Task.FromResult(problems.Length == 0
            ? HealthCheckResult.Healthy("Every keyspace is followed")
            : HealthCheckResult.Unhealthy($"Catch-up: {string.Join("; ", problems)}"));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not before the bus runs, and not while it stops.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        await using var start = lifetime.ApplicationStarted.Register(started.SetResult);
        await Task.WhenAny(started.Task, Task.Delay(Timeout.Infinite, stopping.Token));

        var runs = followers.Select(follower => follower.RunAsync(stopping.Token)).ToArray();
        try
        {
            await await Task.WhenAny(runs);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // That is how it ends, unless one of them breaks, which ends the process.
        }
        finally
        {
            await stopping.CancelAsync();
            await Task.WhenAll(runs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
