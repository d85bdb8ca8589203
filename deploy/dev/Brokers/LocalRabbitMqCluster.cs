using System.Security.Cryptography;
using System.Text.Json;

namespace OfflineActions.Dev;

/// <summary>
/// A private RabbitMQ of several nodes on 127.0.0.1. The nodes share a port mapper and a secret, which no other Erlang node has.
/// </summary>
public sealed class LocalRabbitMqCluster : IAsyncDisposable
{
    /// <summary>What deploy/README.md tells everybody to set.</summary>
    private static readonly string[] Settings =
        ["cluster_partition_handling = pause_minority", "queue_leader_locator = balanced"];

    private LocalRabbitMqCluster(IReadOnlyList<LocalRabbitMq> nodes) => Nodes = nodes;

    /// <summary>The nodes, in the order of their start.</summary>
    public IReadOnlyList<LocalRabbitMq> Nodes { get; }

    /// <summary>Starts the nodes and waits until they are a cluster.</summary>
    /// <param name="prepare">Called with the first node, before the others join: to make virtual hosts, for example.</param>
    /// <param name="nodes">How many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidOperationException">rabbitmq-server is missing, or a node ended.</exception>
    /// <exception cref="TimeoutException">A node was not ready in time.</exception>
    public static async Task<LocalRabbitMqCluster> StartAsync(
        Func<LocalRabbitMq, Task> prepare, int nodes = 3, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prepare);
        var cookie = RandomNumberGenerator.GetHexString(32);
        var firstPort = FreePorts.Take();
        var common = new LocalRabbitMqOptions { Cookie = cookie, Settings = Settings, ReadyTimeout = TimeSpan.FromMinutes(4) };
        var first = await LocalRabbitMq.StartAsync(common with { Port = firstPort }, cancellationToken);
        var started = new List<LocalRabbitMq> { first };
        try
        {
            await prepare(first);
            for (var index = 1; index < nodes; index++)
            {
                var port = FreePorts.Take();
                started.Add(await LocalRabbitMq.StartAsync(
                    common with
                    {
                        Port = port,
                        PortMapperPort = first.PortMapperPort,
                        Settings =
                        [
                            .. Settings,
                            "cluster_formation.peer_discovery_backend = classic_config",
                            $"cluster_formation.classic_config.nodes.1 = {first.NodeName}",
                            $"cluster_formation.classic_config.nodes.2 = {RabbitMqFolder.NameOf(port)}",
                        ],
                    },
                    cancellationToken));
            }

            var cluster = new LocalRabbitMqCluster(started);
            await cluster.WaitUntilCompleteAsync(common.ReadyTimeout, cancellationToken);
            return cluster;
        }
        catch
        {
            await new LocalRabbitMqCluster(started).DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every node sees all others, and every member of each quorum queue runs.</summary>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public Task WaitUntilCompleteAsync(TimeSpan timeout, CancellationToken cancellationToken = default) =>
        WaitAsync("The nodes of RabbitMQ were no complete cluster", IsCompleteAsync, timeout, cancellationToken);

    /// <summary>
    /// Waits until the other nodes have given up a node that is frozen: after RabbitMQ's <c>net_ticktime</c>, 45 s to 75 s. Until then
    /// their management API does not answer.
    /// </summary>
    /// <exception cref="TimeoutException">It took too long.</exception>
    public Task WaitUntilGivenUpAsync(LocalRabbitMq frozen, TimeSpan timeout, CancellationToken cancellationToken = default) => WaitAsync(
        "The nodes of RabbitMQ had not given up the frozen one",
        async attempt =>
        {
            foreach (var node in Nodes.Where(node => node != frozen))
            {
                var seen = await TryGetListAsync(node, "nodes?columns=name,running", attempt);
                if (seen?.Any(row => NameOf(row) == frozen.NodeName && !IsRunning(row)) is not true)
                {
                    return false;
                }
            }

            return true;
        },
        timeout,
        cancellationToken);

    /// <summary>The node that leads a quorum queue, as a node that runs sees it; null when no node knows.</summary>
    public async Task<LocalRabbitMq?> FindLeaderAsync(string virtualHost, string queue)
    {
        foreach (var node in Nodes)
        {
            var queues = await TryGetListAsync(node, $"queues/{virtualHost}?columns=name,leader", CancellationToken.None);
            var found = (queues ?? []).Where(row => NameOf(row) == queue && row.TryGetProperty("leader", out _)).ToArray();
            if (found.Length > 0)
            {
                return Nodes.FirstOrDefault(other => other.NodeName == found[0].GetProperty("leader").GetString());
            }
        }

        return null;
    }

    /// <summary>Cuts a node off: it and the others no longer accept each other. Clients still reach all of them.</summary>
    public Task CutOffAsync(LocalRabbitMq node) => node.ControlAsync(
        "eval", $"[begin erlang:set_cookie(N, cut_off), erlang:disconnect_node(N) end || N <- [{Others(node)}]].");

    /// <summary>Ends what <see cref="CutOffAsync"/> began.</summary>
    public Task ReconnectAsync(LocalRabbitMq node) => node.ControlAsync(
        "eval", $"[erlang:set_cookie(N, erlang:get_cookie()) || N <- [{Others(node)}]].");

    /// <summary>Kills all nodes and deletes their data.</summary>
    public async ValueTask DisposeAsync()
    {
        // The first one has the port mapper.
        foreach (var node in Nodes.Reverse())
        {
            await node.DisposeAsync();
        }
    }

    private static async Task WaitAsync(
        string otherwise, Func<CancellationToken, Task<bool>> condition, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            while (!await condition(deadline.Token))
            {
                await Task.Delay(250, deadline.Token);
            }
        }
        catch (OperationCanceledException error) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{otherwise} within {timeout.TotalSeconds:0} s.", error);
        }
    }

    private async Task<bool> IsCompleteAsync(CancellationToken cancellationToken)
    {
        foreach (var node in Nodes)
        {
            var (nodes, queues) = (
                await TryGetListAsync(node, "nodes?columns=name,running", cancellationToken),
                await TryGetListAsync(node, "queues?columns=name,members,online", cancellationToken));
            if (nodes?.Count(IsRunning) != Nodes.Count
                || queues?.All(AreAllMembersOnline) is not true)
            {
                return false;
            }
        }

        return true;
    }

    private static async Task<IReadOnlyList<JsonElement>?> TryGetListAsync(
        LocalRabbitMq node, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await node.GetListAsync(path, cancellationToken);
        }
        catch (Exception error) when (
            error is HttpRequestException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static string? NameOf(JsonElement row) => row.GetProperty("name").GetString();

    private static bool IsRunning(JsonElement node) => node.TryGetProperty("running", out var running) && running.GetBoolean();

    // Only quorum queues have members.
    private static bool AreAllMembersOnline(JsonElement queue) =>
        !queue.TryGetProperty("members", out var members)
        || queue.EnumerateObject()
            .Where(column => column.NameEquals("online"))
            .All(online => online.Value.GetArrayLength() == members.GetArrayLength());

    private string Others(LocalRabbitMq node) =>
        string.Join(',', Nodes.Where(other => other != node).Select(other => $"'{other.NodeName}'"));
}
