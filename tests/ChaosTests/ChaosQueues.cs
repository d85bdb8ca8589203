using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Chaos;

/// <summary>The queues of one virtual host, counted.</summary>
internal sealed class ChaosQueues : IDisposable
{
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

    /// <summary>
    /// Messages that are somewhere on their way (waiting, in a worker's hands, between two queues), by queue; up to a second old. A queue
    /// that the broker has not counted yet has one, to be sure.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, int>> OnTheirWayAsync() => (await AllAsync())
        .Where(queue => (string)queue["name"]! != Names.Error)
        .Select(queue => ((string)queue["name"]!, ((int?)queue["messages"] ?? 1) + ((int?)queue["messages_dlx"] ?? 0)))
        .Where(queue => queue.Item2 > 0)
        .ToDictionary();

    /// <summary>How often the broker has delivered a message again.</summary>
    public async Task<long> RedeliveredAsync() => (await AllAsync()).Sum(queue => (long?)queue["message_stats"]?["redeliver"] ?? 0);

    /// <summary>Messages that wait, by queue, exactly and now.</summary>
    public async Task<IReadOnlyDictionary<string, int>> WaitingAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var counts = new Dictionary<string, int>();
        foreach (var queue in (await AllAsync()).Select(queue => (string)queue["name"]!))
        {
            counts[queue] = (int)(await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }

        return counts;
    }

    /// <summary>Looks at the first message of a queue as the management page does, and leaves it there; null if there is none.</summary>
    public async Task<JsonObject?> LookAsync(string queue)
    {
        using var answer = await http.PostAsJsonAsync(
            $"queues/{virtualHost}/{queue}/get",
            new { count = 1, ackmode = "ack_requeue_true", encoding = "auto" });
        var messages = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject[]>();
        return messages is [var first, ..] ? first : null;
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonObject[]> AllAsync() => await http.GetFromJsonAsync<JsonObject[]>($"queues/{virtualHost}") ?? [];
}
