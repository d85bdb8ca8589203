using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A Sync Gateway and a broker of the test's own, and gateways in a hurry, as processes. Nobody takes messages, so they add up.</summary>
internal sealed class CatchUpWorld : IAsyncDisposable
{
    public const string Work = "person-requested";

    /// <summary>A queue that is empty in these tests.</summary>
    public const string Delay = "person-requested_delay_10m";

    /// <summary>The queue that holds the lease of db and its checkpoint.</summary>
    public const string Lease = "offline-actions-catch-up_db";

    private const string Password = "a password for tests";

    private readonly List<ServiceProcess> gateways = [];
    private readonly ConnectionFactory connections;

    private CatchUpWorld(Emulated outside, VirtualHost broker)
    {
        Outside = outside;
        Broker = broker;
        connections = new ConnectionFactory { Uri = broker.Url };
    }

    /// <summary>What a webhook signs in with.</summary>
    public static AuthenticationHeaderValue Webhooks { get; } =
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"sync-gateway:{Password}")));

    public Emulated Outside { get; }

    public VirtualHost Broker { get; }

    public HttpClient Http { get; } = new();

    public static async Task<CatchUpWorld> StartAsync(params string[] databases) =>
        new(await Emulated.StartAsync(databases: databases), await Tests.Broker.VirtualHostAsync());

    /// <summary>Starts a gateway and waits until it is ready, which it is when it has read the feed or knows who does.</summary>
    public async Task<ServiceProcess> GatewayAsync(params (string Key, string Value)[] settings)
    {
        var gateway = await ServiceProcess.StartAsync(Options(settings));
        gateways.Add(gateway);
        return gateway;
    }

    public ServiceOptions Options(params (string Key, string Value)[] settings)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Bus__Url"] = Broker.Url.ToString(),
            ["SyncGateway__Url"] = Outside.Gateway.AdminUrl.ToString(),
            ["Gateway__WebhookPassword"] = Password,
            ["Gateway__CatchUpGrace"] = "00:00:01",
            ["Gateway__CheckpointEvery"] = "00:00:00.200",
        };
        foreach (var (key, value) in settings)
        {
            var isOfGateway = !key.StartsWith("SyncGateway__", StringComparison.Ordinal) && !key.StartsWith("Bus__", StringComparison.Ordinal);
            environment[isOfGateway ? "Gateway__" + key : key] = value;
        }

        return new ServiceOptions { Service = "Gateway", Environment = environment };
    }

    public void SendWebhooks(ServiceProcess gateway, string database = "db", string? keyspace = null) => Outside.Gateway.AddWebhook(new WebhookOptions
    {
        Url = new UriBuilder(gateway.Url) { UserName = "sync-gateway", Password = Password, Path = $"/webhooks/sync-gateway/{keyspace ?? database}" }.Uri.ToString(),
        Database = database,
    });

    /// <summary>Writes a request, as an app does, and gives its revision.</summary>
    public async Task<string> AskAsync(string id, string database = "db") =>
        (await Outside.Admin.PutAnswerAsync($"{database}/{id}", """{"action":"person_request"}""")).Revision;

    /// <summary>Writes that it is done, as a worker does.</summary>
    public async Task<string> AnswerAsync(string id, string revision) =>
        (await Outside.Admin.PutAnswerAsync($"db/{id}?rev={revision}", """{"action":"person_success"}""")).Revision;

    /// <summary>How many messages wait; none, when there is not even a queue.</summary>
    public async Task<uint> MessagesAsync()
    {
        try
        {
            await using var connection = await connections.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            return await channel.MessageCountAsync(Work);
        }
        catch (OperationInterruptedException error) when (error.ShutdownReason?.ReplyCode == 404)
        {
            return 0;
        }
    }

    /// <summary>Takes all messages, and gives the ids of their documents in order.</summary>
    public Task<IReadOnlyList<string>> TakeMessagesAsync() => GetMessagesAsync(autoAck: true);

    /// <summary>Gives the ids of the documents of all messages in order, and leaves the messages where they are.</summary>
    public Task<IReadOnlyList<string>> PeekMessagesAsync() => GetMessagesAsync(autoAck: false);

    public Task<bool> HasAsync(uint messages) => Eventually.IsAsync(async () => await MessagesAsync() >= messages);

    /// <summary>The stored checkpoint, which shows only while no gateway holds the lease; null when there is none.</summary>
    public async Task<JsonNode?> StoredAsync()
    {
        await using var connection = await connections.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var stored = new TaskCompletionSource<JsonNode?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            if (!message.Body.IsEmpty)
            {
                stored.TrySetResult(JsonNode.Parse(message.Body.Span));
            }

            return Task.CompletedTask;
        };

        // A queue with a single active consumer has no other way to look. Closing the channel puts everything back.
        await channel.BasicConsumeAsync(Lease, autoAck: false, consumer);
        return await stored.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Whether the number of messages is still the same after the gateways had time for several turns.</summary>
    public async Task<bool> StaysAtAsync(uint messages) =>
        !await Eventually.IsAsync(async () => await MessagesAsync() != messages, TimeSpan.FromSeconds(6));

    /// <summary>Stops every gateway.</summary>
    public async Task StopGatewaysAsync()
    {
        await Task.WhenAll(gateways.Select(gateway => gateway.TerminateAsync()));
        gateways.Clear();
    }

    /// <summary>How many markers of the queues there are: the exchanges that are bound to the work queue and to nothing else.</summary>
    public async Task<int> MarkersAsync() => (await Broker.Management.ExchangesAsync()).Count(exchange =>
        exchange.Name.StartsWith("offline-actions-marker-", StringComparison.Ordinal) && exchange.Name.EndsWith("_" + Work, StringComparison.Ordinal));

    /// <summary>Deletes the queue of the lease, and the checkpoint in it.</summary>
    public Task DeleteLeaseAsync() => Broker.Management.DeleteQueueAsync(Lease);

    /// <summary>Puts a message into the queue of the lease.</summary>
    public Task PublishToLeaseAsync(string body, JsonNode? generation) => Broker.Management.PublishAsync(
        "", Lease, body, new JsonObject { ["headers"] = new JsonObject { ["offline-actions-generation"] = generation } });

    /// <summary>The HTTP status of readiness, and the worst status of its checks.</summary>
    public async Task<(int Status, string? Health)> ReadinessAsync(Uri gateway)
    {
        var answer = await Http.GetAnswerAsync(new Uri(gateway, "/health/ready").ToString());
        return (answer.Status, (string?)answer.Json["status"]);
    }

    /// <summary>Where the feed ends now.</summary>
    public async Task<int> LastSequenceAsync() => int.Parse((string)(await Outside.Admin.GetAnswerAsync("db/_changes")).Json["last_seq"]!);

    public async ValueTask DisposeAsync()
    {
        foreach (var gateway in gateways)
        {
            await gateway.DisposeAsync();
        }

        Http.Dispose();
        await Outside.DisposeAsync();
        await Broker.DisposeAsync();
    }

    // Closing the channel puts back what is not acknowledged.
    private async Task<IReadOnlyList<string>> GetMessagesAsync(bool autoAck)
    {
        await using var connection = await connections.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var ids = new List<string>();
        while (await channel.BasicGetAsync(Work, autoAck) is { } message)
        {
            ids.Add((string)JsonNode.Parse(message.Body.Span)!["documentId"]!);
        }

        return [.. ids.Order(StringComparer.Ordinal)];
    }
}
