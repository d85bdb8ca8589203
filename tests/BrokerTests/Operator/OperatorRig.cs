using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Topology;
using OfflineActions.Tests.Emulators;
using RabbitMQ.Client;
using CommandLine = OfflineActions.Operator.CommandLine;

namespace OfflineActions.Tests.Operator;

/// <summary>A broker and a Sync Gateway for one test, and the operator's command line connected to them.</summary>
internal sealed class OperatorRig : IAsyncDisposable
{
    public static readonly ActionQueues Queues = ActionCatalog.Default.GetByMessage<PersonRequested>().Queues;

    private readonly VirtualHost host;
    private readonly IConnection connection;
    private readonly ActionCatalog actions;

    private OperatorRig(VirtualHost host, IConnection connection, IChannel channel, SyncGatewayEmulator gateway, ActionCatalog actions)
    {
        (this.host, this.connection, Channel, Gateway, this.actions) = (host, connection, channel, gateway, actions);
        Documents = new() { BaseAddress = new Uri(gateway.AdminUrl, "db/") };
    }

    public IChannel Channel { get; }

    public SyncGatewayEmulator Gateway { get; }

    public HttpClient Documents { get; }

    public Uri Bus => host.Url;

    public BrokerManagement Management => host.Management;

    /// <summary>The arguments that name broker and Sync Gateway.</summary>
    public string[] Places => ["--bus", Bus.OriginalString, "--sync-gateway", Gateway.AdminUrl.OriginalString];

    /// <summary>Starts both.</summary>
    /// <param name="declareQueues">Whether to declare the queues of all actions.</param>
    /// <param name="actions">The actions of the system; null for the default ones.</param>
    public static async Task<OperatorRig> StartAsync(bool declareQueues = true, ActionCatalog? actions = null)
    {
        actions ??= ActionCatalog.Default;
        var host = await Broker.VirtualHostAsync();
        var connection = await new ConnectionFactory { Uri = host.Url }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var gateway = await SyncGatewayEmulator.StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = null });
        var rig = new OperatorRig(host, connection, channel, gateway, actions);
        if (declareQueues)
        {
            foreach (var queue in actions.Actions.SelectMany(action => new ActionTopology(action.Queues, new BusOptions().EffectiveDelays).Queues))
            {
                await rig.DeclareAsync(queue.Name, queue.Arguments);
            }
        }

        return rig;
    }

    /// <summary>Declares a queue and the exchange of its name, as a service does.</summary>
    public async Task DeclareAsync(string queue, IReadOnlyDictionary<string, object> arguments)
    {
        await Channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true);
        await Channel.QueueDeclareAsync(
            queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value));
        await Channel.QueueBindAsync(queue, queue, routingKey: "");
    }

    /// <summary>Runs the command line in this process.</summary>
    public Task<Answer> RunAsync(params string[] arguments) => RunAsync([.. arguments, .. Places], actions);

    /// <summary>Runs the command line in this process, without the arguments that name broker and Sync Gateway.</summary>
    public static Task<Answer> RunWithoutPlacesAsync(params string[] arguments) => RunAsync(arguments, ActionCatalog.Default);

    private static async Task<Answer> RunAsync(string[] arguments, ActionCatalog actions)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(arguments, output, error, actions);
        return new Answer(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Starts the command line as a process.</summary>
    public static ChildProcess StartProcess(Dictionary<string, string?> environment, params string[] arguments) => ChildProcess.Start(new()
    {
        Name = "operator",
        Program = Repository.DotNet,
        Arguments = ["exec", Repository.Program("Operator"), .. arguments],
        Environment = environment,
    });

    /// <summary>Puts a message into an error queue, as a worker does, and returns its id.</summary>
    public async Task<string> AddDeadLetterAsync(
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

    /// <summary>Puts a message that no worker could read into the error queue, and returns its id.</summary>
    /// <param name="body">Its bytes, each as the character with that number.</param>
    public async Task<string> AddUnreadableAsync(string body)
    {
        var properties = new BasicProperties { MessageId = Guid.NewGuid().ToString(), Persistent = true };
        await Channel.BasicPublishAsync("", Queues.Error, mandatory: true, properties, System.Text.Encoding.Latin1.GetBytes(body));
        return properties.MessageId;
    }

    /// <summary>Puts many messages into the error queue at once.</summary>
    public Task AddDeadLettersAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(number => AddDeadLetterAsync(Request($"document-{number}", "1-a"))));

    /// <summary>Writes a failed document and its dead letter, as a worker does.</summary>
    public async Task<(string Id, string Failure)> FailAsync(string document, string asking = """{"action":"person_request"}""")
    {
        var asked = await PutAsync(document, asking);
        var body = JsonNode.Parse(asking)!;
        body["action"] = "person_failure";
        body["error"] = new JsonObject { ["code"] = "person_not_found" };
        var failure = await PutAsync(document, body.ToJsonString(), asked);
        return (await AddDeadLetterAsync(Request(document, asked), headers: (FailureHeaders.Revision, failure)), failure);
    }

    public static ActionRequested Request(string document, string revision) =>
        ActionCatalog.Default.GetByMessage<PersonRequested>().CreateMessage("db", document, revision, DateTimeOffset.UtcNow);

    /// <summary>The JSON of a message on the wire.</summary>
    public static string Message(ActionRequested message) => new JsonObject
    {
        ["keyspace"] = message.Keyspace,
        ["documentId"] = message.DocumentId,
        ["revision"] = message.Revision,
        ["requestedAt"] = message.RequestedAt.ToString("O"),
    }.ToJsonString();

    /// <summary>How many messages are ready in a queue now.</summary>
    public async Task<uint> ReadyAsync(string queue) => await Channel.MessageCountAsync(queue);

    /// <summary>Writes a document and returns its revision.</summary>
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
        /// <summary>The JSON objects in its output, one per line.</summary>
        public IReadOnlyList<JsonNode> Rows => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
