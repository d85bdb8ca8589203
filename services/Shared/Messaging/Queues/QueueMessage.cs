using System.Globalization;
using System.Net.Mime;
using System.Text;
using MassTransit;
using OfflineActions.Contracts;
using RabbitMQ.Client;

namespace OfflineActions.Messaging.Queues;

/// <summary>A message in a queue.</summary>
public sealed class QueueMessage
{
    /// <summary>
    /// Headers about earlier deliveries: MassTransit's fault headers, the broker's own (some versions drop a message as a loop because of
    /// them), and the retry state, with which the first failure would be the last.
    /// </summary>
    private static readonly string[] HistoryPrefixes = ["MT-Fault-", "MT-Reason", "MT-Redelivery-", "x-", "offline-actions-"];

    internal QueueMessage(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body) =>
        (Properties, Body) = (new BasicProperties(properties), body);

    /// <summary>The message id; null when it has none.</summary>
    public string? Id => Properties.MessageId;

    /// <summary>The content type; null when it has none.</summary>
    public string? ContentType => Properties.ContentType;

    /// <summary>The headers, with the values that the RabbitMQ client gives: texts are <c>byte[]</c>.</summary>
    public IReadOnlyDictionary<string, object?> Headers => Properties.Headers?.AsReadOnly() ?? EmptyHeaders;

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Why the message was moved to the queue, if it is an error or skipped queue.</summary>
    public string? FaultMessage => GetText(MessageHeaders.FaultMessage) ?? GetText(MessageHeaders.Reason);

    /// <summary>When the message was moved to the error queue, in UTC; null when no header says so.</summary>
    public DateTimeOffset? FaultedAt => DateTimeOffset.TryParse(
        GetText(MessageHeaders.FaultTimestamp),
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out var time)
        ? time
        : null;

    internal BasicProperties Properties { get; }

    private static IReadOnlyDictionary<string, object?> EmptyHeaders { get; } = new Dictionary<string, object?>();

    /// <summary>A new message with the id, the content type and the body that the gateway gives it.</summary>
    public static QueueMessage Create(ActionRequested message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var properties = new BasicProperties
        {
            MessageId = message.MessageId.ToString(),
            ContentType = MediaTypeNames.Application.Json,
            Persistent = true,
        };
        return new QueueMessage(properties, MessageJson.Write(message));
    }

    /// <summary>A header as text; null when there is none.</summary>
    public string? GetText(string header) => Headers.GetValueOrDefault(header) switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        null => null,
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>A copy to publish again: without the headers of earlier deliveries, and with everything else.</summary>
    public QueueMessage WithoutHistory() => new(
        new BasicProperties(Properties)
        {
            Persistent = true,
            // The broker refuses a user id other than the publisher's. An expiration would make the message vanish.
            UserId = null,
            Expiration = null,
            Headers = Properties.Headers?
                .Where(header => !HistoryPrefixes.Any(prefix => header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                .ToDictionary(header => header.Key, header => header.Value),
        },
        Body);
}
