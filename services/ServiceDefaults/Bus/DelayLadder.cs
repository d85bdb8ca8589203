using Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Bus;

/// <summary>Puts a message off: it waits in a queue of the broker, not in a process, and comes back to the work queue by itself.</summary>
public sealed class DelayLadder(IOptions<BusOptions> options)
{
    /// <summary>Waiting for somebody else's service to come back is cut off at this step, so that its return is noticed soon.</summary>
    private const int HighestStepOfAWait = 1;

    /// <summary>The delays there are, growing.</summary>
    public IReadOnlyList<TimeSpan> Rungs => options.Value.Ladder;

    /// <summary>
    /// Puts the message in <paramref name="context"/> off. Completes once the broker has it in the queue of the delay; if that fails it
    /// throws, and the message must not be acknowledged.
    /// </summary>
    /// <param name="context">The delivery.</param>
    /// <param name="queues">The queues of the message.</param>
    /// <param name="history">What it has been through, this time included.</param>
    public async Task Postpone<TMessage>(ConsumeContext<TMessage> context, ActionQueues queues, DeliveryHistory history)
        where TMessage : class
    {
        var rung = RungFor(history);
        var inMemory = options.Value.Transport is BusTransport.InMemory;
        var target = await context.GetSendEndpoint(new Uri(inMemory ? $"queue:{queues.Work}" : $"exchange:{queues.Delay(rung)}"));
        await target.Send(
            context.Message,
            send =>
            {
                send.MessageId = context.MessageId;
                MustReachAQueue(send);
                send.Delay = inMemory ? rung : null;
                history.WriteTo(send);
            },
            context.CancellationToken);
    }

    private static void MustReachAQueue(SendContext send)
    {
        if (send.TryGetPayload<RabbitMqSendContext>(out var rabbit))
        {
            rabbit.Mandatory = true;
        }
    }

    /// <summary>The delay that <paramref name="history"/> has earned: a step further up for each failure, and at least what was asked for.</summary>
    internal TimeSpan RungFor(DeliveryHistory history)
    {
        var step = history.Waits > 0 ? Math.Min(history.Waits - 1, HighestStepOfAWait) : history.Failures - 1;
        var earned = Rungs[Math.Clamp(step, 0, Rungs.Count - 1)];
        return Rungs.FirstOrDefault(rung => rung >= earned && rung >= history.Wait, Rungs[^1]);
    }
}
