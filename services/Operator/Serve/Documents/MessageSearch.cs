using System.Globalization;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.Serve.State;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Operator.Serve.Documents;

/// <summary>Looks for the message of a document in the queues where looking does no harm.</summary>
/// <remarks>
/// Looking counts as a delivery. So the work and quarantine queues, which have a delivery limit, are never looked into. Messages in a delay
/// queue are held for a moment, so of each only the oldest are looked at.
/// </remarks>
internal sealed class MessageSearch(BrokerLine broker, IOptions<BusOptions> bus)
{
    /// <summary>How many messages of each queue are looked at.</summary>
    public const int Limit = 2_000;

    /// <summary>Older messages have their trace under a name of MassTransit's own.</summary>
    private const string OlderTraceHeader = "MT-Activity-Id";

    /// <summary>Looks for the message.</summary>
    /// <param name="action">The action that the document asks for, or asked for.</param>
    /// <param name="keyspace">Its keyspace.</param>
    /// <param name="documentId">Its id.</param>
    /// <param name="revision">
    /// Its revision: a dead letter of an earlier request of the same document explains nothing. Null when it is not known: then any will do.
    /// </param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public Task<SearchResult> FindAsync(
        ActionContract action, string keyspace, string documentId, string? revision, CancellationToken cancellationToken) => broker.UseAsync(
        async connection =>
        {
            var browser = new QueueBrowser(connection, Limit);
            var notSeen = 0L;
            foreach (var (queue, delay, isDeadLetter) in QueuesOf(action))
            {
                WaitingMessage? found = null;
                notSeen += await browser.LookAsync(
                    queue,
                    message =>
                    {
                        if (MessageJson.Read(action, message.Body.Span) is { } request
                            && request.Keyspace == keyspace
                            && request.DocumentId == documentId
                            && (!isDeadLetter || revision is null || (message.GetText(FailureHeaders.Revision) ?? request.Revision) == revision))
                        {
                            found = Describe(queue, message, request, delay, isDeadLetter);
                        }

                        return found is null;
                    },
                    cancellationToken);
                if (found is not null)
                {
                    return new SearchResult(found, 0);
                }
            }

            return new SearchResult(null, notSeen);
        },
        cancellationToken);

    private static WaitingMessage Describe(string queue, QueueMessage message, ActionRequested request, TimeSpan? delay, bool isDeadLetter) => new(
        message.Id ?? request.MessageId.ToString(),
        queue,
        ReadNumber(message, RetryHeaders.Failures),
        ReadNumber(message, RetryHeaders.Deferrals),
        isDeadLetter ? message.FaultMessage : message.GetText(RetryHeaders.Reason),
        delay is null ? null : DescribeNextAttempt(delay.Value, ReadNumber(message, RetryHeaders.NotBefore)),
        TraceContext.Parse(message.GetText(TraceContext.Name) ?? message.GetText(OlderTraceHeader))?.TraceId,
        isDeadLetter);

    private static string DescribeNextAttempt(TimeSpan delay, long? notBefore) =>
        notBefore is { } milliseconds && DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, 253_402_300_799_999)) is var time
            ? $"not before {Words.Time(time)}"
            : $"within {Words.Duration(delay)}";

    private static long? ReadNumber(QueueMessage message, string header) =>
        long.TryParse(message.GetText(header), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private IEnumerable<(string Queue, TimeSpan? Delay, bool IsDeadLetter)> QueuesOf(ActionContract action)
    {
        foreach (var lane in Lanes.All)
        {
            foreach (var delay in bus.Value.EffectiveDelays)
            {
                yield return (action.Queues.Delay(delay, lane), delay, false);
            }
        }

        yield return (action.Queues.Error, null, true);
        yield return (action.Queues.Skipped, null, true);
        yield return (action.Queues.Poison, null, false);
    }
}

/// <summary>What a search has found.</summary>
/// <param name="Message">The message; null when there is none in the queues that were looked into.</param>
/// <param name="NotSeen">How many messages were not looked at, because there are too many.</param>
internal sealed record SearchResult(WaitingMessage? Message, long NotSeen);
