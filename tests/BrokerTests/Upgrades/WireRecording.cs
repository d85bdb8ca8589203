using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OfflineActions.Dev;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OfflineActions.Tests.Pipeline;

/// <summary>
/// One message of each kind that gateway, worker and operator of a version leave in the broker: exchange, properties, headers with their
/// types, and the body as it was written. Times, and what differs from machine to machine or from run to run, are replaced.
/// </summary>
internal static partial class WireRecording
{
    private const string Work = "person-requested";
    private const string FirstDelay = "person-requested_delay_10s";
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private const string PersonWhoDoesNotExist = """{"action":"person_request","personId":17}""";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Runs a version, and records what it writes as one JSON object: a property for each kind of message.</summary>
    /// <param name="checkout">A checkout of the version, built; null for this one.</param>
    /// <param name="workerEnvironment">Settings that this version's worker needs to say nothing about the machine; null for none.</param>
    public static async Task<string> RecordAsync(string? checkout, Dictionary<string, string?>? workerEnvironment = null)
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            Workers = 0,
            Checkout = checkout,
            Environment = new Dictionary<string, string?> { ["Bus__PresenceInterval"] = "00:00:01" },
            GatewayEnvironment = new Dictionary<string, string?>
            {
                ["Gateway__CatchUpGrace"] = "01:00:00",
                ["Gateway__PublishTimeout"] = "00:00:30",
            },
            WorkerEnvironment = workerEnvironment ?? [],
        });
        await using var connection = await new ConnectionFactory { Uri = system.BrokerUrl }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync("presence");
        await channel.QueueBindAsync("presence", "offline-actions-presence", "");
        var record = new JsonObject
        {
            ["gateway presence"] = await TakeAsync(channel, "presence", "\"isFollowing\":true", "\"open\":0"),
        };

        await system.Database.PutAsync("luke", $$"""{"action":"person_request","traceparent":"{{Trace}}"}""");
        record["request"] = await TakeAsync(channel, Work);

        await system.Database.PutAsync("unsaved", PersonWhoDoesNotExist);
        await system.UntilQueuedAsync(Work, 1);
        system.SyncGateway.Faults = new() { ErrorRate = 1, Kinds = [RequestKind.Write] };
        await system.StartWorkerAsync(checkout: checkout);
        record["failure that could not be written"] = await TakeAsync(channel, FirstDelay);
        system.SyncGateway.Faults = new();

        await system.Database.PutAsync("nobody", PersonWhoDoesNotExist);
        record["dead letter"] = await TakeAsync(channel, "person-requested_error");

        await system.Database.PutAsync("later", """{"action":"person_request","notBefore":"2099-01-01T00:00:00Z"}""");
        record["request that waits for its time"] = await TakeAsync(channel, "person-requested_delay_1h");

        system.Swapi.Faults.Refuse = true;
        await system.Database.PutAsync("leia", $$"""{"action":"person_request","personId":1,"traceparent":"{{Trace}}"}""");
        record["request that waits after a failed attempt"] = await TakeAsync(channel, FirstDelay);
        record["worker presence"] = await TakeAsync(channel, "presence", "\"worker\"", "swapi_unavailable", "\"failedInMinute\":1");

        await PauseAsync(checkout, system);
        record["pause"] = await TakeAsync(channel, "person-requested_paused");

        await system.Gateway.TerminateAsync();
        record["checkpoint of catch-up"] = await ConsumeAsync(channel, "offline-actions-catch-up_db");
        return WithoutChance(record.ToJsonString(Readable)) + "\n";
    }

    private static async Task PauseAsync(string? checkout, PipelineSystem system)
    {
        await using var pause = ChildProcess.Start(new()
        {
            Name = "operator",
            Program = Repository.DotNet,
            Arguments = ["exec", Repository.Program("Operator", checkout), "pause", "person", "--reason", "SWAPI is being moved"],
            Environment = new Dictionary<string, string?> { ["Bus__Url"] = system.BrokerUrl.AbsoluteUri },
        });
        Assert.That(await pause.Exited, Is.Zero, pause.Output.ToString());
    }

    /// <summary>Waits for a message whose body has these texts, and takes it and all before it.</summary>
    private static async Task<JsonObject> TakeAsync(IChannel channel, string queue, params string[] texts)
    {
        BasicGetResult? got = null;
        var isFound = await Eventually.IsAsync(async () =>
            (got = await channel.BasicGetAsync(queue, autoAck: true) ?? got) is not null
            && texts.All(Encoding.UTF8.GetString(got.Body.Span).Contains));
        Assert.That(isFound, Is.True, $"{queue}: {(got is null ? "no message" : Encoding.UTF8.GetString(got.Body.Span))}");
        return Describe(got!.Exchange, got.RoutingKey, got.BasicProperties, got.Body);
    }

    /// <summary>Waits for a message of a queue with a single active consumer: RabbitMQ refuses <c>basic.get</c> there.</summary>
    private static async Task<JsonObject> ConsumeAsync(IChannel channel, string queue)
    {
        var first = new TaskCompletionSource<JsonObject>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            first.TrySetResult(Describe(message.Exchange, message.RoutingKey, message.BasicProperties, message.Body));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
        return await first.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>The headers that begin with x- are those of the broker and of the client, and left out.</summary>
    private static JsonObject Describe(string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body) =>
        new()
        {
            ["exchange"] = exchange,
            ["routingKey"] = routingKey,
            ["deliveryMode"] = $"{properties.DeliveryMode}",
            ["messageId"] = properties.MessageId,
            ["contentType"] = properties.ContentType,
            ["otherProperties"] = string.Concat(
                properties.Type, properties.AppId, properties.UserId, properties.ReplyTo, properties.Expiration, properties.ContentEncoding),
            ["headers"] = new JsonObject((properties.Headers ?? new Dictionary<string, object?>())
                .Where(header => !header.Key.StartsWith("x-", StringComparison.Ordinal))
                .OrderBy(header => header.Key, StringComparer.Ordinal)
                .Select(header => KeyValuePair.Create(header.Key, IsOfTheProcess(header.Key) ? "" : Describe(header.Value)))),
            ["body"] = Encoding.UTF8.GetString(body.Span),
        };

    /// <summary>Whether MassTransit writes into a header which process of which machine and virtual host it was.</summary>
    private static bool IsOfTheProcess(string header) =>
        header is "ConversationId" or "MT-Source-Address" or "MT-Fault-InputAddress" or "MT-Fault-StackTrace"
        || header.StartsWith("MT-Host-", StringComparison.Ordinal);

    /// <summary>A text as it is, anything else with its type: RabbitMQ's clients tell an int from a long.</summary>
    private static JsonNode? Describe(object? value) => value switch
    {
        byte[] text => Encoding.UTF8.GetString(text),
        null => null,
        _ => new JsonObject { [value.GetType().Name] = JsonSerializer.SerializeToNode(value) },
    };

    private static string WithoutChance(string record)
    {
        foreach (var (chance, instead) in new (Regex, string)[]
        {
            (Time(), "2026-01-02T03:04:05"),
            (Milliseconds(), "1767323045000"),
            (RandomId(), "00000000000000000000000000000000"),
            (FailureRevision(), "2-00000000000000000000000000000000"),
            (Port(), "127.0.0.1:4984"),
            (Number(), "$1: 1"),
            (NumberInBody(), "$1:1"),
            (TextInBody(), "$1:\\\"x\\\""),
            (Actions(), ",\\\\u0022person_request\\\\u0022"),
            (Sequence(), "$1:\\\"1\\\""),
        })
        {
            record = chance.Replace(record, instead);
        }

        return record;
    }

    [GeneratedRegex(@"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?")]
    private static partial Regex Time();

    [GeneratedRegex("(?<![0-9])1[789][0-9]{11}(?![0-9])")]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"(?<=marker-|\\""id\\"":\\"")[0-9a-f]{32}")]
    private static partial Regex RandomId();

    [GeneratedRegex("(?<![0-9a-f])2-[0-9a-f]{32}")]
    private static partial Regex FailureRevision();

    [GeneratedRegex(@"127\.0\.0\.1:[0-9]+")]
    private static partial Regex Port();

    [GeneratedRegex(@"(?<=generation.*\n *)(""Int64""): [0-9]+")]
    private static partial Regex Number();

    [GeneratedRegex(@"(\\""(?:processId|process|firstBucket|lagSeconds)\\""):[0-9.]+")]
    private static partial Regex NumberInBody();

    [GeneratedRegex(@"(\\""(?:machine|version|by)\\""):\\""(?:[^""\\]|\\(?!""))*\\""")]
    private static partial Regex TextInBody();

    [GeneratedRegex(@"(,\\\\u0022[a-z_]+_request\\\\u0022)+")]
    private static partial Regex Actions();

    [GeneratedRegex(@"(\\""since\\""):\\""[0-9:]+\\""")]
    private static partial Regex Sequence();
}
