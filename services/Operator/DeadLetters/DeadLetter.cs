using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>An error or skipped queue.</summary>
/// <param name="Action">The action it belongs to.</param>
/// <param name="Name">The queue's name.</param>
internal sealed record DeadLetterQueue(ActionContract Action, string Name)
{
    /// <summary>Messages that failed.</summary>
    public const string ErrorKind = "error";

    /// <summary>Messages that no consumer could read.</summary>
    public const string SkippedKind = "skipped";

    /// <summary>The queues of one action.</summary>
    /// <param name="action">The action.</param>
    /// <param name="kind">The only kind to find; null for both.</param>
    public static IEnumerable<DeadLetterQueue> Find(ActionContract action, string? kind)
    {
        if (kind is not SkippedKind)
        {
            yield return new DeadLetterQueue(action, action.Queues.Error);
        }

        if (kind is not ErrorKind)
        {
            yield return new DeadLetterQueue(action, action.Queues.Skipped);
        }
    }
}

/// <summary>A message in an error or skipped queue.</summary>
/// <param name="Queue">The queue it is in.</param>
/// <param name="Message">The message.</param>
/// <param name="Request">The request in its body; null when the body is no message of the action.</param>
internal sealed record DeadLetter(DeadLetterQueue Queue, QueueMessage Message, ActionRequested? Request)
{
    /// <summary>
    /// The message's id, otherwise the id of its request, otherwise one that is made of its body. Several messages can have the same id.
    /// </summary>
    public string Id => Message.Id is { Length: > 0 } id ? id
        : Request is not null ? Request.MessageId.ToString()
        : $"body-{Convert.ToHexStringLower(SHA256.HashData(Message.Body.Span).AsSpan(0, 8))}";

    /// <summary>Whether it refers to a document, by a valid keyspace and a valid id.</summary>
    [MemberNotNullWhen(true, nameof(Request))]
    public bool HasDocument => Request is not null && Keyspace.IsValid(Request.Keyspace) && DocumentId.IsValid(Request.DocumentId);

    /// <summary>The failure code, for example <c>person_not_found</c>; null when no worker failed it.</summary>
    public string? Code => Message.GetText(FailureHeaders.Code);

    /// <summary>The revision in which the document says that the request failed; null when that could not be written.</summary>
    public string? FailureRevision => Message.GetText(FailureHeaders.Revision);

    /// <summary>When it failed, in UTC; the time of the request when no header says so.</summary>
    public DateTimeOffset? Since => Message.FaultedAt ?? Request?.RequestedAt;

    public static DeadLetter Read(DeadLetterQueue queue, QueueMessage message) =>
        new(queue, message, MessageJson.Read(queue.Action, message.Body.Span));
}

/// <summary>A dead letter as <c>list</c> shows it: nothing of the document but its id.</summary>
internal sealed record DeadLetterRow(
    string Id,
    string Action,
    string? Keyspace,
    string? Document,
    string? Revision,
    DateTimeOffset? RequestedAt,
    string? Reason,
    string? Text,
    DateTimeOffset? Since,
    string Queue)
{
    public static DeadLetterRow From(DeadLetter letter) => new(
        letter.Id,
        letter.Queue.Action.States.Name,
        letter.Request?.Keyspace,
        letter.Request?.DocumentId,
        letter.Request?.Revision,
        letter.Request?.RequestedAt,
        letter.Code,
        letter.Message.FaultMessage,
        letter.Since,
        letter.Queue.Name);
}
