using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace OfflineActions.Tests.CatchUp;

/// <summary>A Sync Gateway, a virtual host and gateways with short intervals. No worker runs, so messages stay in their queue.</summary>
internal sealed class CatchUpWorld : IAsyncDisposable
{
    public const string Work = "person-requested";

    private const string Password = "a password for tests";
    private const string Checkpoint = "db/_local/offline-actions-checkpoint";

    private readonly List<ServiceProcess> gateways = [];
    private readonly ConnectionFactory connections;

    private CatchUpWorld(Emulated outside, VirtualHost broker)
    {
        Outside = outside;
        Broker = broker;
        connections = new ConnectionFactory { Uri = broker.Url };
    }

    /// <summary>The credentials of a webhook.</summary>
    public static AuthenticationHeaderValue Webhooks { get; } =
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"sync-gateway:{Password}")));

    public Emulated Outside { get; }

    public VirtualHost Broker { get; }

    public HttpClient Http { get; } = new();

    public static async Task<CatchUpWorld> StartAsync(params string[] databases) =>
        new(await Emulated.StartAsync(databases: databases), await Tests.Broker.VirtualHostAsync());

    /// <summary>Starts a gateway and waits until it is ready: it has read the feed, or another gateway follows it.</summary>
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
            ["Gateway__LeaseFor"] = "00:00:03",
        };
        foreach (var (key, value) in settings)
        {
            environment["Gateway__" + key] = value;
        }

        return new ServiceOptions { Service = "Gateway", Environment = environment };
    }

    public void SendWebhooks(ServiceProcess gateway, string database = "db", string? keyspace = null) => Outside.Gateway.AddWebhook(new WebhookOptions
    {
        Url = new UriBuilder(gateway.Url) { UserName = "sync-gateway", Password = Password, Path = $"/webhooks/sync-gateway/{keyspace ?? database}" }.Uri.ToString(),
        Database = database,
    });

    /// <summary>Writes a request, as an app does, and returns its revision.</summary>
    public async Task<string> AskAsync(string id, string database = "db") =>
        (await Outside.Admin.PutAnswerAsync($"{database}/{id}", """{"action":"person_request"}""")).Revision;

    /// <summary>Writes the answer, as a worker does.</summary>
    public async Task<string> AnswerAsync(string id, string revision) =>
        (await Outside.Admin.PutAnswerAsync($"db/{id}?rev={revision}", """{"action":"person_success"}""")).Revision;

    /// <summary>How many messages wait; none when there is no queue.</summary>
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

    /// <summary>Takes all messages and returns the sorted ids of their documents.</summary>
    public async Task<IReadOnlyList<string>> TakeMessagesAsync()
    {
        await using var connection = await connections.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var taken = new List<string>();
        while (await channel.BasicGetAsync(Work, autoAck: true) is { } message)
        {
            taken.Add((string)JsonNode.Parse(message.Body.Span)!["documentId"]!);
        }

        return [.. taken.Order(StringComparer.Ordinal)];
    }

    public Task<bool> HasAsync(uint messages) => Eventually.IsAsync(async () => await MessagesAsync() >= messages);

    /// <summary>The stored checkpoint; null when there is none.</summary>
    public async Task<JsonNode?> StoredAsync()
    {
        var answer = await Outside.Admin.GetAnswerAsync(Checkpoint);
        return answer.Status == 200 ? answer.Json : null;
    }

    /// <summary>Waits until the checkpoint meets a condition.</summary>
    public Task<bool> StoresAsync(Func<JsonNode, bool> condition) => Eventually.IsAsync(async () => await StoredAsync() is { } stored && condition(stored));

    /// <summary>Waits until the checkpoint has passed everything written so far.</summary>
    public async Task<bool> IsPassedAsync()
    {
        var last = (string)(await Outside.Admin.GetAnswerAsync("db/_changes")).Json["last_seq"]!;
        return await StoresAsync(stored => (string?)stored["since"] == last);
    }

    public async Task ReplaceAsync(string checkpoint)
    {
        var revision = (await StoredAsync())?["_rev"];
        var body = JsonNode.Parse(checkpoint)!;
        body["_rev"] = revision?.DeepClone();
        Assert.That((await Outside.Admin.PutAnswerAsync(Checkpoint, body.ToJsonString())).Status, Is.EqualTo(201));
    }

    public async Task DeleteAsync() => await Outside.Admin.DeleteAnswerAsync($"{Checkpoint}?rev={(await StoredAsync())!["_rev"]}");

    /// <summary>The HTTP status of readiness, and the worst status of its checks.</summary>
    public async Task<(int Status, string? Health)> ReadinessAsync(Uri gateway)
    {
        var answer = await Http.GetAnswerAsync(new Uri(gateway, "/health/ready").ToString());
        return (answer.Status, (string?)answer.Json["status"]);
    }

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
}
