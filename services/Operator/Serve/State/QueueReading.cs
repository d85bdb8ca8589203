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

                var work = rates?.GetValueOrDefault(action.Queues.Work);
                read.Add(new ActionOverview(action.States.Name, queues, work?.In, work?.Out, queues[0].Consumers) { Pause = pause });
            }

            return read;
        },
        cancellationToken);

    /// <summary>The actions while the broker says nothing.</summary>
    public IReadOnlyList<ActionOverview> CreateUnknown() =>
        [.. actions.Actions.Select(action => new ActionOverview(action.States.Name, [], null, null, null))];

    private IEnumerable<(string Name, QueueKind Kind, string Meaning)> Describe(ActionQueues queues)
    {
        yield return (queues.Work, QueueKind.Work, "wait for a worker");
        foreach (var delay in bus.Value.EffectiveDelays)
        {
            yield return (queues.Delay(delay), QueueKind.Delay, $"wait {Words.Duration(delay)} for the next attempt");
        }

        yield return (queues.Quarantine, QueueKind.Quarantine, "were held by workers that died; tried one at a time");
        yield return (queues.Poison, QueueKind.Poison, "killed their worker in quarantine, too; end as failed");
        yield return (queues.Error, QueueKind.Error, "have failed and wait for you");
        yield return (queues.Skipped, QueueKind.Skipped, "could not be read by any worker and wait for you");
        yield return (queues.Paused, QueueKind.Paused, "pause the action while one is here");
    }
}
