using Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Bus;

/// <summary>Puts a message off: it waits in a queue of the broker, not in a process, and comes back to the work queue by itself.</summary>
public sealed class DelayLadder(IOptions<BusOptions> options, ILogger<DelayLadder> log)
{
    /// <summary>Waiting for somebody else's service to come back is cut off at this step, so that its return is noticed soon.</summary>
    private const int HighestStepOfAWait = 1;

    private const int MaxTries = 30;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);

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
        for (var tries = 1; ; tries++)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
            deadline.CancelAfter(SendTimeout);
            try
            {
                await Send(context, queues, history, deadline.Token).WaitAsync(deadline.Token);
                return;
            }
            catch (Exception error) when (tries < MaxTries && !context.CancellationToken.IsCancellationRequested)
            {
                // A broker that restarts or has just lost the queue; if it is gone for good, this delivery goes back to it anyway.
                log.PostponeFailed(error, queues.Work, tries);
                await Task.Delay(BetweenTries, context.CancellationToken);
            }
        }
    }

    private async Task Send<TMessage>(ConsumeContext<TMessage> context, ActionQueues queues, DeliveryHistory history, CancellationToken cancelled)
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
            cancelled);
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
