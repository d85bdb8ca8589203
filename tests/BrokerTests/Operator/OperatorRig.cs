using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Topology;
using OfflineActions.Operator;
using OfflineActions.Tests.Emulators;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Operator;

/// <summary>A broker and a Sync Gateway of the test's own, and the operator's command line pointed at them.</summary>
internal sealed class OperatorRig : IAsyncDisposable
{
    public static readonly ActionQueues Queues = ActionCatalog.Default.GetByMessage<PersonRequested>().Queues;

    private readonly VirtualHost host;
    private readonly IConnection connection;

    private OperatorRig(VirtualHost host, IConnection connection, IChannel channel, SyncGatewayEmulator gateway)
    {
        (this.host, this.connection, Channel, Gateway) = (host, connection, channel, gateway);
        Documents = new() { BaseAddress = new Uri(gateway.AdminUrl, "db/") };
    }

    public IChannel Channel { get; }

    public SyncGatewayEmulator Gateway { get; }

    public HttpClient Documents { get; }

    public Uri Bus => host.Url;

    public BrokerManagement Management => host.Management;

    /// <summary>Where both are, as arguments.</summary>
    public string[] Places => ["--bus", Bus.OriginalString, "--sync-gateway", Gateway.AdminUrl.OriginalString];

    public static async Task<OperatorRig> StartAsync(bool queues = true)
    {
        var host = await Broker.VirtualHostAsync();
        var connection = await new ConnectionFactory { Uri = host.Url }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var gateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        var rig = new OperatorRig(host, connection, channel, gateway);
        if (queues)
        {
            foreach (var queue in new ActionTopology(Queues, new BusOptions().EffectiveDelays).Queues)
            {
                await rig.DeclareAsync(queue.Name, queue.Arguments);
            }
        }

        return rig;
    }

    public Task DeclareAsync(string queue, IReadOnlyDictionary<string, object> arguments) => Channel.QueueDeclareAsync(
        queue,
        durable: true,
        exclusive: false,
        autoDelete: false,
        arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value));

    /// <summary>Runs the command line in this process.</summary>
    public Task<Answer> RunAsync(params string[] arguments) => RunPlainAsync([.. arguments, .. Places]);

    public static async Task<Answer> RunPlainAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(arguments, output, error);
        return new Answer(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Starts the command line as a process.</summary>
    public static ChildProcess Begin(Dictionary<string, string?> environment, params string[] arguments) => ChildProcess.Start(new()
    {
        Name = "operator",
        Program = Repository.DotNet,
        Arguments = ["exec", Repository.Program("Operator"), .. arguments],
        Environment = environment,
    });

    /// <summary>Puts a message where a worker would have moved it, and gives its id.</summary>
    public async Task<string> KillAsync(
        ActionRequested message,
        string reason = "person_not_found: There is no such person.",
        DateTimeOffset? at = null,
        string? queue = null,
        params (string Name, object Value)[] headers)
    {
        var properties = new BasicProperties
        {
            MessageId = message.MessageId.ToString(),
            ContentType = "application/json",
            Persistent = true,
            Headers = new Dictionary<string, object?>
            {
                ["MT-Fault-Message"] = reason,
                ["MT-Fault-Timestamp"] = (at ?? DateTimeOffset.UtcNow).UtcDateTime.ToString("O"),
            },
        };
        if (reason.Split(": ", 2) is [var code, _])
        {
            properties.Headers[FailureHeaders.Code] = code;
        }

        foreach (var (name, value) in headers)
        {
            properties.Headers[name] = value;
        }

        await Channel.BasicPublishAsync("", queue ?? Queues.Error, mandatory: true, properties, System.Text.Encoding.UTF8.GetBytes(Message(message)));
        return properties.MessageId;
    }

    /// <summary>Puts many dead letters there at once.</summary>
    public Task KillManyAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(number => KillAsync(Request($"document-{number}", "1-a"))));

    /// <summary>A document as a worker leaves it that gives up, and the dead letter beside it.</summary>
    public async Task<(string Id, string Failure)> FailAsync(string document, string asking = """{"action":"person_request"}""")
    {
        var asked = await PutAsync(document, asking);
        var body = JsonNode.Parse(asking)!;
        body["action"] = "person_failure";
        body["error"] = new JsonObject { ["code"] = "person_not_found" };
        var failure = await PutAsync(document, body.ToJsonString(), asked);
        return (await KillAsync(Request(document, asked), headers: (FailureHeaders.Revision, failure)), failure);
    }

    public static ActionRequested Request(string document, string revision) =>
        ActionCatalog.Default.GetByMessage<PersonRequested>().CreateMessage("db", document, revision, DateTimeOffset.UtcNow);

    /// <summary>A message as its contract says it looks on the wire.</summary>
    public static string Message(ActionRequested message) => new JsonObject
    {
        ["keyspace"] = message.Keyspace,
        ["documentId"] = message.DocumentId,
        ["revision"] = message.Revision,
        ["requestedAt"] = message.RequestedAt.ToString("O"),
    }.ToJsonString();

    /// <summary>How many messages wait in a queue, counted by the queue itself.</summary>
    public async Task<uint> ReadyAsync(string queue) => await Channel.MessageCountAsync(queue);

    /// <summary>Writes a document and gives its revision.</summary>
    public async Task<string> PutAsync(string id, string json, string? revision = null) =>
        (await Documents.PutAnswerAsync(revision is null ? id : $"{id}?rev={revision}", json)).Revision;

    public async Task<JsonNode> GetAsync(string id) => (await Documents.GetAnswerAsync(id)).Json;

    public async ValueTask DisposeAsync()
    {
        Documents.Dispose();
        await Channel.DisposeAsync();
        await connection.DisposeAsync();
        await Gateway.DisposeAsync();
        await host.DisposeAsync();
    }

    internal sealed record Answer(int ExitCode, string Output, string Error)
    {
        /// <summary>The JSON objects it wrote, a line each.</summary>
        public IReadOnlyList<JsonNode> Rows => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
