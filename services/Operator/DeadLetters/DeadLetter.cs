using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.SyncGateway;
using RabbitMQ.Client;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>A message that was given up: what it asked for, and why it ended where it is.</summary>
/// <param name="Action">The action whose queue it is in.</param>
/// <param name="Queue">That queue.</param>
/// <param name="Ending">Which of the two it is.</param>
/// <param name="Reference">What it asked for; null when it is not this action's message.</param>
/// <param name="Properties">Its AMQP properties.</param>
/// <param name="Body">The message itself.</param>
internal sealed record DeadLetter(
    ActionContract Action,
    string Queue,
    DeadLetterQueue Ending,
    ActionRequested? Reference,
    IReadOnlyBasicProperties Properties,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>The message's id, or the one it would have been given; empty when it has none and cannot be read either. Need not be unique.</summary>
    public string Id => Properties.MessageId is { Length: > 0 } id ? id : Reference?.MessageId.ToString() ?? "";

    /// <summary>Whether it refers to what can be a document.</summary>
    [MemberNotNullWhen(true, nameof(Reference))]
    public bool NamesDocument => Reference is not null && Keyspace.IsValid(Reference.Keyspace) && DocumentId.IsValid(Reference.DocumentId);

    /// <summary>Its failure code, for example <c>person_not_found</c>; null when it did not fail through its action.</summary>
    public string? Code => Header(FailureHeaders.Code);

    /// <summary>Why it was given up, in words.</summary>
    public string? Text => Header("MT-Fault-Message") ?? Header("MT-Reason");

    /// <summary>The revision in which its document said that it failed; null when that could not be written.</summary>
    public string? FailureRevision => Header(FailureHeaders.Revision);

    /// <summary>When it was given up, in UTC; the time of the request where nobody noted that.</summary>
    public DateTimeOffset? Since => Time(Header("MT-Fault-Timestamp")) ?? Reference?.RequestedAt;

    public static DeadLetter Read(ActionContract action, DeadLetterQueue ending, BasicGetResult message)
    {
        // The client hands the body out of a buffer that it uses again.
        var body = message.Body.ToArray();
        return new DeadLetter(action, QueueOf(action, ending), ending, MessageJson.Read(action, body), message.BasicProperties, body);
    }

    public static string QueueOf(ActionContract action, DeadLetterQueue ending) => ending is DeadLetterQueue.Error ? action.Queues.Error : action.Queues.Skipped;

    /// <summary>A header as text, or null.</summary>
    public string? Header(string name) => Properties.Headers?.TryGetValue(name, out var value) is true
        ? value switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            null => null,
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        }
        : null;

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
