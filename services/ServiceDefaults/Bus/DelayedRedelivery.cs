using Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Bus;

/// <summary>Puts messages off: they wait in a queue of the broker, not in a process, and come back to the work queue by themselves.</summary>
public sealed class DelayedRedelivery(IOptions<BusOptions> options, TimeProvider clock, ILogger<DelayedRedelivery> log)
{
    private const int MaxTries = 30;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The steps there are.</summary>
    public RetryPolicy Policy { get; } = new(options.Value.EffectiveDelays);

    /// <summary>
    /// Puts the message in <paramref name="context"/> off. Completes once the broker has it in the queue of the delay; until then the
    /// delivery must not be acknowledged. A crash in between makes two of it, and never none.
    /// </summary>
    public async Task RedeliverAsync<TMessage>(ConsumeContext<TMessage> context, ActionQueues queues, Redelivery postponement)
        where TMessage : class
    {
        for (var tries = 1; ; tries++)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
            deadline.CancelAfter(SendTimeout);
            try
            {
                await SendAsync(context, queues, postponement, deadline.Token).WaitAsync(deadline.Token);
                return;
            }
            catch (Exception error) when (tries < MaxTries && !context.CancellationToken.IsCancellationRequested)
            {
                // A broker that restarts, or has just lost the queue. If the connection is gone for good, the delivery is back in its queue.
                log.RedeliveryFailed(error, queues.Work, tries);
                await Task.Delay(BetweenTries, clock, context.CancellationToken);
            }
        }
    }

    private async Task SendAsync<TMessage>(
        ConsumeContext<TMessage> context, ActionQueues queues, Redelivery postponement, CancellationToken cancellationToken)
        where TMessage : class
    {
        var inMemory = options.Value.Transport is BusTransport.InMemory;
        var target = await context.GetSendEndpoint(new Uri(inMemory ? $"queue:{queues.Work}" : $"exchange:{queues.Delay(postponement.Delay)}"));

        // A new message, not the old one passed on: the broker drops what its own x-death headers show to go in circles.
        await target.Send(
            context.Message,
            send =>
            {
                send.MessageId = context.MessageId;
                send.Delay = inMemory ? postponement.Delay : null;
                postponement.State.WriteTo(send);
                if (send.TryGetPayload<RabbitMqSendContext>(out var rabbit))
                {
                    rabbit.Mandatory = true;
                }
            },
            cancellationToken);
    }
}
