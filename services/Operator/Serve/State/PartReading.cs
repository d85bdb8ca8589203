using Microsoft.Extensions.Options;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve.State;

/// <summary>Says in words how each part of the system does. It concludes only from what the part itself, or the broker, has said.</summary>
internal sealed class PartReading(
    BrokerLine broker, BrokerNodes nodes, PresenceBoard board, SyncGatewayClient documents, IOptions<OperatorOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>How long after the page began to listen every process must have been heard.</summary>
    private static readonly TimeSpan FirstHearing = TimeSpan.FromSeconds(12);

    /// <summary>Troubles of attempts that are older say nothing about now.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(2);

    /// <summary>Whether the page has listened for long enough to know who is silent.</summary>
    private bool HasHeardAll => board.ListeningFor > FirstHearing;

    /// <param name="brokerTrouble">Why the broker cannot be used; null when it can.</param>
    /// <param name="actions">The actions, as the broker shows them.</param>
    /// <param name="cancellationToken">Cancels the questions to Sync Gateway and to the management API.</param>
    public async Task<IReadOnlyList<PartState>> ReadAsync(
        string? brokerTrouble, IReadOnlyList<ActionOverview> actions, CancellationToken cancellationToken)
    {
        var services = board.List();
        var syncGateway = DescribeSyncGatewayAsync(cancellationToken);
        await Task.WhenAll(syncGateway, nodes.ReadAsync(cancellationToken));
        return
        [
            DescribeBroker(brokerTrouble, actions),
            await syncGateway,
            DescribeGateway(services),
            .. actions.Select(action => DescribeWorkers(action, services)),
        ];
    }

    private PartState DescribeBroker(string? trouble, IReadOnlyList<ActionOverview> actions)
    {
        const string Name = "Broker";
        if (broker.IsInMemory)
        {
            return new(
                Name, Health.Unknown, "Gateway and worker share the memory of one process. There is no broker, so queues and workers cannot be seen.");
        }

        if (trouble is not null)
        {
            return new(
                Name,
                Health.Trouble,
                trouble,
                "Start RabbitMQ, or check the address and the user. Requests stay in their documents meanwhile, and are published when it is back.");
        }

        if (actions.All(action => action.Queues.Count == 0))
        {
            return new(Name, Health.Unknown, "The broker has not been asked yet.");
        }

        string[] missing = [.. actions.SelectMany(action => action.Queues).Where(queue => !queue.Exists).Select(queue => queue.Name)];
        if (missing.Length > 0)
        {
            return new(
                Name,
                Health.Trouble,
                $"RabbitMQ answers, but lacks {Words.Count(missing.Length, "queue")}: {string.Join(", ", missing)}.",
                "The first gateway or worker that starts declares them.");
        }

        if (nodes.Split.Count > 0)
        {
            return new(
                Name,
                Health.Trouble,
                $"RabbitMQ answers, but its cluster is split. Nodes that lost others, or were lost: {string.Join(", ", nodes.Split)}.",
                "Restart the nodes of the smaller side, one at a time. Requests are worked on meanwhile; new queues and users are known on one side only.");
        }

        return nodes.Down.Count > 0
            ? new(
                Name,
                Health.Trouble,
                $"RabbitMQ answers, but of its {Words.Count(nodes.Count, "node")} these do not run: {string.Join(", ", nodes.Down)}.",
                "Start them. Requests are worked on while more than half of the nodes run.")
            : new(Name, Health.Fine, "RabbitMQ answers, and has every queue.");
    }

    private async Task<PartState> DescribeSyncGatewayAsync(CancellationToken cancellationToken)
    {
        var databases = options.Value.EffectiveKeyspaces.Select(Keyspace.GetDatabase).Distinct().ToArray();
        var troubles = (await Task.WhenAll(databases.Select(database => FindTroubleAsync(database, cancellationToken)))).OfType<string>().ToArray();
        return troubles.Length == 0
            ? new("Sync Gateway", Health.Fine, "Sync Gateway answers for " + string.Join(", ", databases) + ".")
            : new(
                "Sync Gateway",
                Health.Trouble,
                string.Join(" ", troubles.Select(trouble => trouble.TrimEnd('.') + ".")),
                "Start it, or check its address, user and password. Requests that workers hold are tried again until it is back; no attempt is counted.");
    }

    private async Task<string?> FindTroubleAsync(string database, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return await documents.FindTroubleAsync(database, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Sync Gateway does not answer for {database} within {Words.Duration(Timeout)}.";
        }
    }

    private PartState DescribeGateway(IReadOnlyList<KnownService> services)
    {
        const string Name = "Gateway";
        var running = services.Where(service => service is { Presence.Service: "gateway", State: ServiceState.Running }).ToArray();
        if (running.Length == 0)
        {
            return HasHeardAll
                ? new(
                    Name,
                    Health.Trouble,
                    "No gateway says that it runs.",
                    "Start a gateway. New requests stay in their documents meanwhile, and it finds them when it starts.")
                : new(Name, Health.Unknown, "No gateway has been heard yet.");
        }

        var problems = running.SelectMany(service => service.Presence.Keyspaces)
            .GroupBy(keyspace => keyspace.Keyspace, StringComparer.Ordinal)
            .Where(keyspace => keyspace.All(seen => seen.Problem is not null))
            .Select(keyspace => $"{keyspace.Key}: {keyspace.First().Problem}.")
            .ToArray();
        return problems.Length == 0
            ? new(Name, Health.Fine, $"{Words.Count(running.Length, "gateway")} running, and the changes of every keyspace are followed.")
            : new(
                Name,
                Health.Trouble,
                $"Requests whose webhooks were lost are not found. {string.Join(' ', problems)}",
                "Most requests come by webhook and are not affected. The others are found when this is mended.");
    }

    private PartState DescribeWorkers(ActionOverview action, IReadOnlyList<KnownService> services)
    {
        var name = $"Workers for {action.Action}";
        if (action.Workers is not { } consumers)
        {
            return new(name, Health.Unknown, "The broker does not say whether a worker takes messages.");
        }

        var waiting = $"{Words.Count(action.Waiting ?? 0, "message")} {(action.Waiting == 1 ? "waits" : "wait")}";
        var known = services
            .Where(service => service.State is ServiceState.Running)
            .SelectMany(service => service.Presence.Actions)
            .Where(worked => worked.Action == action.Action)
            .ToArray();
        if (action.Pause is { } pause)
        {
            // Its queue has no consumer, so only the workers themselves can say that they run.
            var workers = known.Length > 0 ? $"{Words.Count(known.Length, "worker")} running"
                : HasHeardAll ? "No worker says that it runs" : "No worker has been heard yet";
            var late = consumers > 0 ? $" {Words.Count(consumers, "consumer")} still finish what they hold, or are of a version that cannot pause." : "";
            return new(name, Health.Paused, $"Paused {pause}. {waiting}. {workers}.{late}", "Resume the action when its reason is gone.");
        }

        if (consumers == 0)
        {
            var runsOthers = services.Any(service => service is { Presence.Service: "worker", State: ServiceState.Running });
            return new(
                name,
                Health.Trouble,
                runsOthers ? $"No worker takes {action.Action}. {waiting} for one." : $"No worker runs. {waiting} for one.",
                runsOthers
                    ? "Start a worker that takes it: see Worker:Actions, and the logs of the workers, which say at their start what they cannot do."
                    : "Start a worker. What waits is tried then; nothing is lost.");
        }

        var now = clock.GetUtcNow();
        var lastResult = known.Max(worked => worked.LastResultAt);
        var trouble = known.Select(worked => worked.LastTrouble)
            .Where(last => now - last?.At < Recent && !(last!.At < lastResult))
            .MaxBy(last => last!.At);
        var reason = trouble is null ? "" : $" Last reason, {Words.Ago(trouble.At, now)}: {trouble.Reason}";
        if (known.Length > 0 && known.All(worked => worked.PausedUntil > now))
        {
            return new(
                name,
                Health.Trouble,
                $"Every worker pauses, because nearly all attempts fail.{reason}",
                "Mend what the action needs (for person: SWAPI). The workers try again by themselves every minute, and no attempt is counted meanwhile.");
        }

        return trouble is not null
            ? new(
                name,
                Health.Trouble,
                $"{Words.Count(consumers, "worker")} running, but attempts fail.{reason}",
                "Failed attempts are tried again after growing delays. Look up one of the documents to see its attempts.")
            : new(
                name,
                Health.Fine,
                $"{Words.Count(consumers, "worker")} running."
                    + (known.Length == 0 && HasHeardAll ? " None says what it does: an older version, or Bus:PresenceInterval is 0." : ""));
    }
}
