using OfflineActions.Messaging.Topology;
using OfflineActions.Operator.Broker;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Operator.Topology;

/// <summary>Compares one queue with what it must be, by asking the broker to declare it. Nothing is changed by that.</summary>
/// <remarks>
/// To declare a queue that exists does nothing when the arguments are equal, and is refused when they are not; so it is only declared after
/// the broker has said that it exists. The refusal names one difference. That one is then declared as the broker has it, to see the next.
/// </remarks>
internal sealed class QueueCheck(BrokerConnection broker, QueueDeclaration wanted)
{
    private const ushort PreconditionFailed = 406;

    public async Task<IReadOnlyList<TopologyFinding>> RunAsync(CancellationToken cancellationToken)
    {
        var findings = new List<TopologyFinding>();
        var arguments = wanted.Arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value);
        while (true)
        {
            if (await LiveQueue.FindAsync(broker, wanted.Name, cancellationToken) is null)
            {
                return [new TopologyFinding(wanted.Name, null, null, null)];
            }

            if (await DeclareAsync(arguments, cancellationToken) is not { } refusal)
            {
                return findings;
            }

            if (QueueDifference.Read(refusal) is not { } difference)
            {
                return [.. findings, new TopologyFinding(wanted.Name, "declaration", refusal, null)];
            }

            var (live, ours) = (BrokerValue.Read(difference.Live), BrokerValue.Read(difference.Wanted));
            findings.Add(live.Text == ours.Text
                ? new TopologyFinding(wanted.Name, difference.Argument, live.Typed, ours.Typed)
                : new TopologyFinding(wanted.Name, difference.Argument, live.Text, ours.Text));

            // What is not among the arguments (durable, auto_delete, exclusive) ends it, and so does a value that cannot be repeated.
            if (!difference.Argument.StartsWith("x-", StringComparison.Ordinal) || !live.TryPut(arguments, difference.Argument))
            {
                return findings;
            }
        }
    }

    /// <returns>The refusal, or null.</returns>
    private Task<string?> DeclareAsync(IDictionary<string, object?> arguments, CancellationToken cancellationToken) => broker.OnAsync<string?>(
        async channel =>
        {
            try
            {
                await channel.QueueDeclareAsync(
                    wanted.Name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
                return null;
            }
            catch (OperationInterruptedException error) when (error.ShutdownReason is { ReplyCode: PreconditionFailed } reason)
            {
                return reason.ReplyText;
            }
        },
        cancellationToken);
}
