using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Chaos;

/// <summary>Message counts of the queues in one virtual host.</summary>
internal sealed class ChaosQueues : IDisposable
{
    private const string Published = "published";

    // Without columns, RabbitMQ may name one twice when a queue's leader has moved.
    private const string Columns = "columns=name,messages,messages_dlx,message_stats.redeliver";

    private readonly HttpClient http;
    private readonly Uri broker;
    private readonly string virtualHost;

    public ChaosQueues(LocalRabbitMq broker, VirtualHost host)
    {
        this.broker = host.Url;
        virtualHost = host.Name;
        http = new HttpClient { BaseAddress = new Uri(broker.ManagementUrl, "api/"), Timeout = TimeSpan.FromSeconds(30) };
        var user = Encoding.UTF8.GetBytes($"{broker.Credentials.UserName}:{broker.Credentials.Password}");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(user));
    }

    public static ActionQueues Names => ActionCatalog.Default.GetByMessage<PersonRequested>().Queues;

    /// <summary>Whether a queue keeps failed messages.</summary>
    public static bool IsError(string queue) => ActionCatalog.Default.Actions.Any(action => action.Queues.Error == queue);

    /// <summary>
    /// Messages that are ready, unacknowledged or between two queues, by queue; up to 1 s old. A queue without statistics counts as one
    /// message. The error queues are left out.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, int>> GetInFlightAsync() => (await GetQueuesAsync())
        .Where(queue => !IsError((string)queue["name"]!))
        .Select(queue => ((string)queue["name"]!, ((int?)queue["messages"] ?? 1) + ((int?)queue["messages_dlx"] ?? 0)))
        .Where(queue => queue.Item2 > 0)
        .ToDictionary();

    /// <summary>The number of redeliveries.</summary>
    public async Task<long> CountRedeliveriesAsync() =>
        (await GetQueuesAsync()).Sum(queue => (long?)(queue["message_stats"] as JsonObject)?["redeliver"] ?? 0);

    /// <summary>Ready messages by queue: exact, at this moment.</summary>
    public async Task<IReadOnlyDictionary<string, int>> GetReadyAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var counts = new Dictionary<string, int>();
        foreach (var queue in (await GetQueuesAsync()).Select(queue => (string)queue["name"]!))
        {
            counts[queue] = (int)(await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }

        return counts;
    }

    /// <summary>Gets and requeues the first message of a queue, as the management page does; null if the queue is empty.</summary>
    public async Task<JsonObject?> PeekAsync(string queue)
    {
        using var response = await http.PostAsJsonAsync(
            $"queues/{virtualHost}/{queue}/get",
            new { count = 1, ackmode = "ack_requeue_true", encoding = "auto" });
        var messages = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject[]>();
        return messages is [var first, ..] ? first : null;
    }

    /// <summary>Deletes all messages that wait for a worker or for a delay, as an operator can; returns how many they were.</summary>
    public async Task<int> PurgeAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var purged = 0;
        foreach (var queue in (await GetQueuesAsync()).Select(queue => (string)queue["name"]!))
        {
            purged += (int)await channel.QueuePurgeAsync(queue);
        }

        return purged;
    }

    /// <summary>From now on counts every message that is published for the action, in a queue beside the work queues of both lanes.</summary>
    public async Task CountPublishedFromNowAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(Published, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(Published, ActionCatalog.Default.GetByMessage<PersonRequested>().Exchange, routingKey: "");
        await channel.QueueBindAsync(Published, Names.Bulk, routingKey: "");
    }

    /// <summary>How many messages were published since <see cref="CountPublishedFromNowAsync"/>. Redeliveries and delays are not counted.</summary>
    public async Task<int> GetPublishedAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return (int)await channel.MessageCountAsync(Published);
    }

    public void Dispose() => http.Dispose();

    // The queues of all actions. The gateway holds one message of a queue of its own for as long as it runs.
    private async Task<JsonObject[]> GetQueuesAsync() => [.. (await http.GetFromJsonAsync<JsonObject[]>($"queues/{virtualHost}?{Columns}") ?? [])
        .Where(queue => ActionCatalog.Default.Actions.Any(action =>
            ((string)queue["name"]!).StartsWith(action.Queues.Work, StringComparison.Ordinal)))];
}
