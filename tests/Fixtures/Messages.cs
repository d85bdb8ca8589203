using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Pipeline;

/// <summary>One message of a queue.</summary>
/// <param name="Properties">Its AMQP properties.</param>
/// <param name="Body">Its body.</param>
internal sealed record Message(IReadOnlyBasicProperties Properties, string Body)
{
    public JsonNode Json => JsonNode.Parse(Body)!;
}

/// <summary>Counts and takes messages of queues.</summary>
internal static class Messages
{
    /// <summary>The exact number of ready messages in some queues together; unacknowledged messages are not counted.</summary>
    public static async Task<long> CountAsync(Uri broker, IEnumerable<string> queues)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var count = 0L;
        foreach (var queue in queues)
        {
            count += await channel.MessageCountAsync(queue);
        }

        return count;
    }

    /// <summary>Takes all ready messages of a queue.</summary>
    public static Task<IReadOnlyList<Message>> TakeAsync(PipelineSystem system, string queue) => TakeAsync(system.BrokerUrl, queue);

    /// <summary>Takes all ready messages of a queue.</summary>
    public static async Task<IReadOnlyList<Message>> TakeAsync(Uri broker, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var messages = new List<Message>();
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } got)
        {
            messages.Add(new Message(got.BasicProperties, Encoding.UTF8.GetString(got.Body.Span)));
        }

        return messages;
    }
}
