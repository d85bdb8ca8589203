using System.Diagnostics;
using System.Text.Json;
using MassTransit;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Publishing;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Messaging.Consuming;

/// <summary>One delivery of one message from a queue.</summary>
public abstract class Delivery(ActionRequested message, Lane lane)
{
    /// <summary>The message.</summary>
    public ActionRequested Message { get; } = message;

    /// <summary>The lane that the message belongs to, also when it comes from a queue that both lanes share.</summary>
    public Lane Lane { get; } = lane;

    /// <summary>The trace that the header <c>traceparent</c> names. The processor sets it when the message names none.</summary>
    public RequestTrace Trace => field ??= new RequestTrace(TraceContext.Parse(GetText(TraceContext.Name)));

    /// <summary>Whether the broker has delivered it before and got no acknowledgement, for example because the worker died.</summary>
    public abstract bool IsRedelivered { get; }

    /// <summary>Fires when the process has used up the time it has to stop. The message is then requeued.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>A header of the message that is a text; null when there is none, or it is something else.</summary>
    public abstract string? GetText(string header);

    /// <summary>A header of the message that is a whole number; null when there is none, or it is something else.</summary>
    public abstract long? GetNumber(string header);

    /// <summary>A header of the message that is true or false; null when there is none, or it is something else.</summary>
    public abstract bool? GetFlag(string header);

    /// <summary>
    /// Sends a copy of the message to the delay queue for <paramref name="delay"/>, from where it comes back to the work queue of its lane.
    /// Completes when the broker has confirmed the copy. A crash between that and the acknowledgement of this delivery doubles the message, and
    /// never loses it.
    /// </summary>
    /// <param name="delay">One of the configured <c>Bus:Delays</c>.</param>
    /// <param name="headers">All headers that the copy gets besides its <see cref="Trace"/>; those of this delivery are not copied.</param>
    /// <param name="cancellationToken">Gives up. The broker may have the copy all the same.</param>
    public abstract Task SendToDelayQueueAsync(
        TimeSpan delay, IReadOnlyDictionary<string, object> headers, CancellationToken cancellationToken);
}

internal sealed class Delivery<TMessage>(
    ConsumeContext<TMessage> context, ActionContract contract, string queue, MessagingTelemetry telemetry, bool isInMemory)
    : Delivery(context.Message, FindLane(context, contract, queue))
    where TMessage : ActionRequested
{
    private const string FirstDeathQueue = "x-first-death-queue";

    public override bool IsRedelivered => context.ReceiveContext.Redelivered;

    public override CancellationToken CancellationToken => context.CancellationToken;

    public override string? GetText(string header) => GetText(context, header);

    public override long? GetNumber(string header) => ReadOrDefault(() => context.Headers.Get<long>(header));

    public override bool? GetFlag(string header) => ReadOrDefault(() => context.Headers.Get<bool>(header));

    public override async Task SendToDelayQueueAsync(
        TimeSpan delay, IReadOnlyDictionary<string, object> headers, CancellationToken cancellationToken)
    {
        var destination = isInMemory ? contract.Queues.WorkOf(Lane) : contract.Queues.Delay(delay, Lane);
        var started = Stopwatch.GetTimestamp();
        string? failure = null;
        try
        {
            await SendAsync(new Uri((isInMemory ? "queue:" : "exchange:") + destination), delay, headers, cancellationToken);
        }
        catch (Exception error)
        {
            failure = error is OperationCanceledException ? "timeout" : error.GetType().FullName;
            throw;
        }
        finally
        {
            telemetry.Sent("send", destination, started, failure);
        }
    }

    private static string? GetText(ConsumeContext context, string header) => ReadOrDefault(() => context.Headers.Get<string>(header));

    /// <summary>Of a message in quarantine, which both lanes share, the broker says from which queue it came first.</summary>
    private static Lane FindLane(ConsumeContext context, ActionContract contract, string queue) => contract.Queues.LaneOf(
        Lanes.All.Any(lane => queue == contract.Queues.WorkOf(lane)) ? queue : GetText(context, FirstDeathQueue) ?? queue);

    private async Task SendAsync(
        Uri address, TimeSpan delay, IReadOnlyDictionary<string, object> headers, CancellationToken cancellationToken)
    {
        var target = await context.GetSendEndpoint(address);

        // A new message instead of a forwarded one: brokers before 4.0.1 drop a message whose x-death headers show that it passed this
        // queue before.
        await target.Send(
            context.Message,
            send =>
            {
                send.MessageId = context.MessageId;
                send.SupportedMessageTypes = [contract.Urn];
                send.Delay = isInMemory ? delay : null;
                foreach (var (name, value) in headers)
                {
                    send.Headers.Set(name, value);
                }

                if (Trace.Context is { } trace)
                {
                    send.Headers.Set(TraceContext.Name, trace.ToString());
                }

                if (send.TryGetPayload<RabbitMqSendContext>(out var rabbitMq))
                {
                    rabbitMq.Mandatory = true;
                }
            },
            cancellationToken);
    }

    /// <summary>MassTransit converts headers with its JSON serializer, which throws when a header has another type.</summary>
    private static T? ReadOrDefault<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
