using OfflineActions.Messaging.Queues;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Messaging.Topology;

/// <summary>Compares a queue on the broker with its declaration and changes nothing.</summary>
/// <remarks>
/// AMQP cannot read a queue's arguments. But declaring a queue that exists does nothing when the arguments are equal and is refused when
/// they differ, and the refusal names the first difference. The check then repeats the declaration with the broker's value of that
/// argument to find the next difference. It declares only queues that exist.
/// </remarks>
public static class QueueCheck
{
    private const ushort PreconditionFailed = 406;

    /// <summary>Compares one queue.</summary>
    /// <returns>All differences; none when the queue is as declared.</returns>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    public static async Task<IReadOnlyList<QueueFinding>> RunAsync(
        BrokerConnection broker, QueueDeclaration wanted, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(broker);
        ArgumentNullException.ThrowIfNull(wanted);
        var findings = new List<QueueFinding>();
        var arguments = wanted.Arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value);
        while (true)
        {
            if (await broker.FindQueueAsync(wanted.Name, cancellationToken) is null)
            {
                return [new QueueFinding(wanted.Name, null, null, null)];
            }

            if (await DeclareAsync(broker, wanted.Name, arguments, cancellationToken) is not { } refusal)
            {
                return findings;
            }

            if (QueueDifference.Read(refusal) is not { } difference)
            {
                return [.. findings, new QueueFinding(wanted.Name, "declaration", refusal, null)];
            }

            var (live, ours) = (ArgumentValue.Read(difference.Live), ArgumentValue.Read(difference.Wanted));
            findings.Add(live.Text == ours.Text
                ? new QueueFinding(wanted.Name, difference.Argument, live.TextWithType, ours.TextWithType)
                : new QueueFinding(wanted.Name, difference.Argument, live.Text, ours.Text));

            // Properties such as durable are no arguments, so the check ends at the first of them.
            if (!difference.Argument.StartsWith("x-", StringComparison.Ordinal) || !live.TrySet(arguments, difference.Argument))
            {
                return findings;
            }
        }
    }

    /// <returns>The refusal; null when the arguments are equal.</returns>
    private static Task<string?> DeclareAsync(
        BrokerConnection broker, string queue, IDictionary<string, object?> arguments, CancellationToken cancellationToken) =>
        broker.UseChannelAsync<string?>(
            async channel =>
            {
                try
                {
                    await channel.QueueDeclareAsync(
                        queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancellationToken);
                    return null;
                }
                catch (OperationInterruptedException error) when (error.ShutdownReason is { ReplyCode: PreconditionFailed } reason)
                {
                    return reason.ReplyText;
                }
            },
            cancellationToken);
}

/// <summary>A queue that is missing or differs from its declaration.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Argument">The argument that differs; null when the queue is missing.</param>
/// <param name="Live">The broker's value; null for none.</param>
/// <param name="Wanted">The declared value; null for none.</param>
public sealed record QueueFinding(string Queue, string? Argument, string? Live, string? Wanted);
