using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;

namespace OfflineActions.Operator.Serve.State;

/// <summary>Reads the numbers of all queues.</summary>
internal sealed class QueueReading(
    BrokerLine broker, ManagementApi management, PauseReading pauses, ActionCatalog actions, IOptions<BusOptions> bus)
{
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public Task<IReadOnlyList<ActionOverview>> ReadAsync(CancellationToken cancellationToken) => broker.UseAsync<IReadOnlyList<ActionOverview>>(
        async connection =>
        {
            var rates = await management.ReadAsync(cancellationToken);
            var read = new List<ActionOverview>();
            foreach (var action in actions.Actions)
            {
                var queues = new List<QueueOverview>();
                ActionPause? pause = null;
                foreach (var (name, kind, meaning) in Describe(action.Queues))
                {
                    var queue = await connection.FindQueueAsync(name, cancellationToken);
                    queues.Add(new QueueOverview(
                        name, kind, meaning, queue is not null, queue?.Ready, rates?.GetValueOrDefault(name)?.Held, queue?.Consumers));
                    pause = kind is QueueKind.Paused ? await pauses.ReadAsync(connection, action.Queues, queue, cancellationToken) : pause;
                }

                QueueRates?[] work = [.. Lanes.All.Select(lane => rates?.GetValueOrDefault(action.Queues.WorkOf(lane)))];
                // A worker consumes both lanes.
                var (arrived, taken) = (Sum(work, queue => queue?.In), Sum(work, queue => queue?.Out));
                read.Add(new ActionOverview(action.States.Name, queues, arrived, taken, queues[0].Consumers) { Pause = pause });
            }

            return read;
        },
        cancellationToken);

    /// <summary>The actions while the broker says nothing.</summary>
    public IReadOnlyList<ActionOverview> CreateUnknown() =>
        [.. actions.Actions.Select(action => new ActionOverview(action.States.Name, [], null, null, null))];

    private static double? Sum(QueueRates?[] queues, Func<QueueRates?, double?> rate) =>
        queues.Any(queue => rate(queue) is not null) ? queues.Sum(rate) : null;

    private IEnumerable<(string Name, QueueKind Kind, string Meaning)> Describe(ActionQueues queues)
    {
        foreach (var (lane, words) in (IEnumerable<(Lane, string)>)[(Lane.Interactive, ""), (Lane.Bulk, ", in the bulk lane")])
        {
            yield return (queues.WorkOf(lane), QueueKind.Work, "wait for a worker" + words);
            foreach (var delay in bus.Value.EffectiveDelays)
            {
                yield return (queues.Delay(delay, lane), QueueKind.Delay, $"wait {Words.Duration(delay)} for the next attempt{words}");
            }
        }

        yield return (queues.Quarantine, QueueKind.Quarantine, "were held by workers that died; tried one at a time");
        yield return (queues.Poison, QueueKind.Poison, "killed their worker in quarantine, too; end as failed");
        yield return (queues.Error, QueueKind.Error, "have failed and wait for you");
        yield return (queues.Skipped, QueueKind.Skipped, "could not be read by any worker and wait for you");
        yield return (queues.Paused, QueueKind.Paused, "pause the action while one is here");
    }
}
