using System.Runtime.ExceptionServices;
using MassTransit;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Consuming;

/// <summary>
/// What happens to a message whose processor threw: it is requeued when the processor was cancelled or wants it so, else it moves to the
/// error queue of its action with the reason, and the headers of a <see cref="MessageFailedException"/> go with it.
/// </summary>
internal static class ErrorPipeline
{
    public static void Configure(IReceiveEndpointConfigurator endpoint, ActionContract contract, MessagingTelemetry telemetry)
    {
        var queues = contract.Queues;
        telemetry.Announce(queues.Error, queues.Skipped);
        endpoint.ConfigureError(error =>
        {
            error.UseExecute(RequeueIfWanted);
            error.UseExecute(context => SetReason(context, contract));
            error.UseFilter(new DeadLetterCount<ExceptionReceiveContext>(queues.Error, telemetry));
        });
        endpoint.ConfigureDefaultErrorTransport();
        endpoint.ConfigureDeadLetter(
            skipped => skipped.UseFilter(new DeadLetterCount<ReceiveContext>(queues.Skipped, telemetry)));
        endpoint.ConfigureDefaultDeadLetterTransport();
    }

    /// <summary>
    /// A process that stops cancels its processors. MassTransit requeues only deliveries that it cancelled itself, and would move these to
    /// the error queue, where no worker sees them.
    /// </summary>
    private static void RequeueIfWanted(ExceptionReceiveContext context)
    {
        if (context.Exception is ConsumerCanceledException or MessageRequeuedException)
        {
            // An exception in the error pipeline ends as a negative acknowledgement. Each requeue counts towards the delivery limit, so a
            // processor that always cancels cannot loop for ever.
            ExceptionDispatchInfo.Throw(context.Exception);
        }
    }

    private static void SetReason(ExceptionReceiveContext context, ActionContract contract)
    {
        if (context.Exception is MessageFailedException failed)
        {
            foreach (var (name, value) in failed.Headers)
            {
                context.ExceptionHeaders.Set(name, value);
            }
        }
        else if (MessageJson.Explain(contract, context.Body.GetBytes()) is { } reason)
        {
            // Probably published by hand. MassTransit's own reason does not say which property is wrong.
            context.ExceptionHeaders.Set(MessageHeaders.FaultMessage, reason);
        }
    }
}

/// <summary>Counts a message once the rest of the pipeline has moved it to <paramref name="queue"/>.</summary>
internal sealed class DeadLetterCount<TContext>(string queue, MessagingTelemetry telemetry) : IFilter<TContext>
    where TContext : class, PipeContext
{
    public async Task Send(TContext context, IPipe<TContext> next)
    {
        await next.Send(context);
        telemetry.DeadLettered(queue);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("dead-letter-count");
}

/// <summary>
/// Sends the messages of an action's bulk, quarantine and poison queues to that action's error and skipped queues, instead of to queues
/// named after the one they came from.
/// </summary>
internal sealed class ErrorQueueNames(IEnumerable<ActionQueues> actions) : IErrorQueueNameFormatter, IDeadLetterQueueNameFormatter
{
    public string FormatErrorQueueName(string queueName) => QueuesOf(queueName).Error;

    public string FormatDeadLetterQueueName(string queueName) => QueuesOf(queueName).Skipped;

    // MassTransit's own queues, such as the bus endpoint, are named by the same pattern.
    private ActionQueues QueuesOf(string queueName) =>
        actions.FirstOrDefault(action => queueName == action.Bulk || queueName == action.Quarantine || queueName == action.Poison)
            ?? new ActionQueues(queueName);
}
