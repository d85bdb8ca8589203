using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Topology;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Messaging.Publishing;

/// <summary>Publishes messages, each with a publisher confirm and a deadline.</summary>
public sealed class MessagePublisher(
    IBus bus, BrokerIncarnation broker, MessagingTelemetry telemetry, IOptions<BusOptions> options)
{
    /// <summary>Publishes a message and waits until the broker has it in a queue.</summary>
    /// <param name="contract">The action that the message belongs to.</param>
    /// <param name="lane">Its lane.</param>
    /// <param name="message">The message.</param>
    /// <param name="trace">Its place in a trace, which becomes a header; null when it has none.</param>
    /// <param name="timeout">How long to wait for the broker's confirm.</param>
    /// <param name="cancellationToken">Gives up. The broker may have the message all the same.</param>
    /// <returns>Null once the broker has confirmed the message; else why it did not, in which case it may have it all the same.</returns>
    public async Task<string?> PublishAsync(
        ActionContract contract,
        Lane lane,
        ActionRequested message,
        TraceContext? trace,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(message);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        var started = Stopwatch.GetTimestamp();
        try
        {
            // The outer wait is needed: on a connection that just broke the client does not always honour the token.
            await (lane is Lane.Interactive
                ? bus.Publish(message, contract.MessageType, Pipe.Execute<PublishContext>(Prepare), deadline.Token)
                : SendAsync(deadline.Token)).WaitAsync(deadline.Token);
            Sent(error: null);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Sent("timeout");
            return $"The broker did not confirm the message within {timeout.TotalSeconds:0.###} s.";
        }
        catch (MessageReturnedException)
        {
            broker.CheckNow();
            Sent("no_queue");
            return "The broker has no queue for the message yet.";
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Sent(error.GetType().FullName);
            return $"The broker did not take the message: {error.Message}";
        }

        void Sent(string? error) => telemetry.Sent(
            "publish", lane is Lane.Interactive ? contract.Exchange : contract.Queues.WorkOf(lane), started, error);

        // The message's exchange leads to the interactive lane, also what other programs publish. Another lane is addressed by its queue.
        async Task SendAsync(CancellationToken giveUp)
        {
            var scheme = options.Value.Transport is BusTransport.InMemory ? "queue:" : "exchange:";
            var target = await bus.GetSendEndpoint(new Uri(scheme + contract.Queues.WorkOf(lane)));
            await target.Send(message, contract.MessageType, Pipe.Execute<SendContext>(Prepare), giveUp);
        }

        void Prepare(SendContext context)
        {
            context.MessageId = message.MessageId;
            context.SupportedMessageTypes = [contract.Urn];
            // A broker confirms a message that it has no queue for, and drops it. Mandatory makes it return the message instead.
            if (context is PublishContext published)
            {
                published.Mandatory = true;
            }
            else if (context.TryGetPayload<RabbitMqSendContext>(out var sent))
            {
                sent.Mandatory = true;
            }

            if (trace is { } known)
            {
                context.Headers.Set(TraceContext.Name, known.ToString());
            }
        }
    }
}
