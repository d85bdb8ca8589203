using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Pipeline;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Messaging;

/// <summary>Messages that an operator publishes by hand, on RabbitMQ's management page.</summary>
[Category("Broker")]
public sealed class HandPublishedTests
{
    private const string Exchange = "Contracts:PersonRequested";
    private const string Error = "person-requested_error";

    private PipelineSystem system = null!;

    [SetUp]
    public async Task Start()
    {
        // Only what a test publishes by hand becomes a message.
        system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "01:00:00" },
        });
        system.SyncGateway.Faults.DropWebhooks = true;
    }

    [TearDown]
    public async Task Stop() => await system.DisposeAsync();

    [TestCase(null)]
    [TestCase("application/json")]
    [TestCase("text/plain")]
    [TestCase("application/octet-stream")]
    [TestCase("nonsense")]
    public async Task A_bare_JSON_object_is_worked_on_whatever_its_content_type(string? contentType)
    {
        var message = await WriteAsync("luke");

        await PublishAsync(message.ToJsonString(), contentType is null ? [] : new JsonObject { ["content_type"] = contentType });

        await system.UntilStateAsync("luke", "person_success");
    }

    [Test]
    public async Task A_message_with_priority_and_expiration_is_worked_on()
    {
        var message = await WriteAsync("luke");

        await PublishAsync(message.ToJsonString(), new JsonObject { ["priority"] = 9, ["expiration"] = "600000", ["delivery_mode"] = 1 });

        await system.UntilStateAsync("luke", "person_success");
    }

    [TestCase("application/vnd.masstransit+json")]
    [TestCase("application/json")]
    [TestCase(null)]
    public async Task A_message_in_the_envelope_of_MassTransit_is_worked_on(string? contentType)
    {
        var envelope = new JsonObject
        {
            ["messageType"] = new JsonArray("urn:message:" + Exchange),
            ["message"] = await WriteAsync("luke"),
        };

        await PublishAsync(envelope.ToJsonString(), contentType is null ? [] : new JsonObject { ["content_type"] = contentType });

        await system.UntilStateAsync("luke", "person_success");
    }

    [TestCase("", "empty")]
    [TestCase("not JSON", "JSON")]
    [TestCase("[]", "JSON")]
    [TestCase("""{"message\ud800":1}""", "requestedAt")]
    [TestCase("""{"messageType":[],"message":{"keyspace":"\ud800"}}""", "requestedAt")]
    [TestCase("null", "JSON")]
    [TestCase("{}", "keyspace")]
    [TestCase("""{"keyspace":"db","documentId":"luke","requestedAt":"2026-01-01T00:00:00Z"}""", "revision")]
    [TestCase("""{"keyspace":"db","documentId":null,"revision":"1-a","requestedAt":"2026-01-01T00:00:00Z"}""", "documentId")]
    [TestCase("""{"keyspace":"db","documentId":"luke","revision":null,"requestedAt":"2026-01-01T00:00:00Z"}""", "revision")]
    [TestCase("""{"messageType":["urn:message:Contracts:PersonRequested"],"message":{"keyspace":"db"}}""", "revision")]
    [TestCase("""{"keyspace":7,"documentId":"luke","revision":"1-a","requestedAt":"2026-01-01T00:00:00Z"}""", "keyspace")]
    [TestCase("""{"keyspace":"db","documentId":"luke","revision":"1-a","requestedAt":"yesterday"}""", "requestedAt")]
    [TestCase("""{"keyspace":"db","documentId":"","revision":"1-a","requestedAt":"2026-01-01T00:00:00Z"}""", "documentId")]
    public async Task A_message_that_is_no_request_ends_in_the_error_queue_with_what_is_wrong(string body, string named)
    {
        await PublishAsync(body);

        var reason = await ReadReasonAsync(body);
        Assert.That(reason, Does.Contain(named));
    }

    [Test]
    public async Task A_message_with_a_name_longer_than_a_frame_closes_no_connection()
    {
        var body = $$"""{"{{new string('x', 200_000)}}":tru}""";

        await PublishAsync(body);

        Assert.That(await ReadReasonAsync(body), Does.Contain("requestedAt").And.Length.LessThan(1_000));
    }

    [Test]
    public async Task A_message_of_10_MB_that_is_no_request_ends_in_the_error_queue()
    {
        var body = $$"""{"keyspace":"db","documentId":"luke","note":"{{new string('x', 10_000_000)}}"}""";

        // RabbitMQ's management API takes no bodies of this size.
        await using (var connection = await new ConnectionFactory { Uri = system.BrokerUrl }.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await channel.BasicPublishAsync(Exchange, "", Encoding.UTF8.GetBytes(body));
        }

        Assert.That(await ReadReasonAsync(body), Does.Contain("revision").And.Length.LessThan(1_000));
    }

    private async Task<JsonObject> WriteAsync(string id) => new()
    {
        ["keyspace"] = "db",
        ["documentId"] = id,
        ["revision"] = await system.Database.PutAsync(id, """{"action":"person_request"}"""),
        ["requestedAt"] = "2026-01-01T00:00:00Z",
    };

    private async Task PublishAsync(string body, JsonObject? properties = null) =>
        Assert.That(await system.Broker.PublishAsync(Exchange, "", body, properties), Is.True, "no queue got the message");

    /// <summary>The reason in the header of the only failed message, whose body is still what was published.</summary>
    private async Task<string?> ReadReasonAsync(string body)
    {
        await system.UntilQueuedAsync(Error, 1);
        var message = (await Messages.TakeAsync(system, Error)).Single();
        Assert.That(message.Body, Is.EqualTo(body));
        return Encoding.UTF8.GetString((byte[])message.Properties.Headers!["MT-Fault-Message"]!);
    }
}
