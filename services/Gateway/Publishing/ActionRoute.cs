using Contracts;
using MassTransit;

namespace Gateway.Publishing;

/// <summary>Knows the message for one action's requests.</summary>
internal abstract class ActionRoute
{
    /// <summary>The value of a document's <c>action</c> that takes this route.</summary>
    public abstract string Request { get; }

    /// <summary>Publishes the message for <paramref name="reference"/>; completes when the broker has it in a queue.</summary>
    public abstract Task PublishAsync(IBus bus, RequestReference reference, CancellationToken cancellationToken);
}

internal sealed class ActionRoute<TMessage>(ActionContract<TMessage> contract) : ActionRoute
    where TMessage : class
{
    public override string Request => contract.States.Request;

    // Mandatory, because a broker confirms what it has no queue for, and drops it.
    public override Task PublishAsync(IBus bus, RequestReference reference, CancellationToken cancellationToken) => bus.Publish(
        contract.Write(reference),
        context =>
        {
            context.MessageId = reference.MessageId;
            context.Mandatory = true;
        },
        cancellationToken);
}
