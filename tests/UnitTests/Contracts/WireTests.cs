using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Messaging.Presence;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.DeadLetters;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker.Processing;
using OfflineActions.Worker.Retry;
using RabbitMQ.Client;

namespace OfflineActions.Tests.Contracts;

/// <summary>
/// This version reads what processes of an older one and of this one have written: the golden files in <c>tests/Fixtures/Wire</c>. The
/// broker tests compare the newer file with what the processes write now.
/// </summary>
[TestFixture(WireGolden.Older)]
[TestFixture(WireGolden.Current)]
public sealed class WireTests(string version)
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static readonly ActionContract Person = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly JsonObject messages = WireGolden.Parse(WireGolden.Read(version));

    [Test]
    public void Nothing_that_the_older_version_writes_is_missing() =>
        Assert.That(WireGolden.FindMissing(WireGolden.Parse(WireGolden.Read(WireGolden.Older)), messages), Is.Empty);

    [TestCase("request", "luke")]
    [TestCase("request that waits after a failed attempt", "leia")]
    [TestCase("request that waits for its time", "later")]
    [TestCase("failure that could not be written", "unsaved")]
    [TestCase("dead letter", "nobody")]
    public void A_message_names_its_request(string kind, string document)
    {
        var message = ReadQueueMessage(kind);
        var request = MessageJson.Read(Person, message.Body.Span)!;

        Assert.That((request.Keyspace, request.DocumentId, request.RequestedAt), Is.EqualTo(("db", document, At)));
        Assert.That(request.Revision, Does.Match(@"^1-[0-9a-f]{32}\z"));
        Assert.That(message.Id, Is.EqualTo($"{request.MessageId}"));
    }

    [Test]
    public void A_request_has_its_trace() => Assert.That(ReadQueueMessage("request").GetText("traceparent"), Is.EqualTo(Trace));

    [Test]
    public void A_request_that_waits_has_its_retry_state()
    {
        Assert.That(
            ReadRetryState("request that waits after a failed attempt") with { Reason = null },
            Is.EqualTo(new RetryState(Failures: 1, Deferrals: 0, NotBefore: null, DeferredAt: At)));
        Assert.That(ReadRetryState("request that waits for its time").Failures, Is.Zero);
        Assert.That(ReadRetryState("request that waits after a failed attempt").Reason, Does.StartWith("swapi_unavailable: "));
    }

    [Test]
    public void A_failure_that_could_not_be_written_is_not_lost()
    {
        var pending = PendingFailure.Parse(ReadRetryState("failure that could not be written").Note)!;

        Assert.That(pending with { Revision = "", Failure = null! }, Is.EqualTo(new PendingFailure("", null!, Attempts: 1, At)));
        Assert.That((pending.Failure.Code, pending.Failure.Retryable), Is.EqualTo(("person_not_found", false)));
    }

    [Test]
    public void A_dead_letter_says_why_and_since_when()
    {
        var letter = DeadLetter.Read(new DeadLetterQueue(Person, Person.Queues.Error), ReadQueueMessage("dead letter"));

        Assert.That((letter.Code, letter.Since, letter.HasDocument), Is.EqualTo(("person_not_found", (DateTimeOffset?)At, true)));
        Assert.That(letter.FailureRevision, Does.StartWith("2-"));
        Assert.That(letter.Message.FaultMessage, Does.StartWith("person_not_found: "));
    }

    [Test]
    public void Services_say_what_they_do()
    {
        var gateway = PresenceJson.Read(Body("gateway presence"))!;
        var worker = PresenceJson.Read(Body("worker presence"))!;
        var person = worker.Actions.Single();

        Assert.That((gateway.Service, worker.Service, gateway.StartedAt, gateway.EverySeconds), Is.EqualTo(("gateway", "worker", At, 1.0)));
        Assert.That(
            gateway.Keyspaces.Select(keyspace => (keyspace.Keyspace, keyspace.IsFollowing, keyspace.Open)),
            Is.EqualTo([("db", true, (int?)0)]));
        Assert.That(gateway.Keyspaces[0].OpenByAge.Select(age => age.BelowSeconds), Is.EqualTo(new double?[] { 10, 60, 600, 3600, null }));
        Assert.That((person.Action, person.Running, person.Recent!.FailedInMinute), Is.EqualTo(("person", 0, 1)));
        Assert.That(person.LastTrouble!.Reason, Does.StartWith("swapi_unavailable: "));
    }

    [Test]
    public void A_pause_says_since_when_and_why() => Assert.That(
        ActionPause.Read(Body("pause")), Is.EqualTo(new ActionPause("x", At, "SWAPI is being moved")));

    [Test]
    public void The_checkpoint_says_where_to_read_on()
    {
        var checkpoint = Checkpoint.Parse((string)messages["checkpoint of catch-up"]!["body"]!)!;

        Assert.That(checkpoint.Marker, Does.StartWith("offline-actions-marker-"));
        Assert.That(checkpoint.Places.Select(place => (place.Process, place.Since)), Is.EqualTo([(1L, "1")]));
    }

    private byte[] Body(string kind) => Encoding.UTF8.GetBytes((string)messages[kind]!["body"]!);

    private QueueMessage ReadQueueMessage(string kind)
    {
        var message = messages[kind]!;
        var properties = new BasicProperties
        {
            MessageId = (string?)message["messageId"],
            Headers = message["headers"]!.AsObject().ToDictionary(header => header.Key, header => ReadHeader(header.Value)),
        };
        return new QueueMessage(properties, Body(kind));
    }

    private RetryState ReadRetryState(string kind) => RetryState.Read(new RecordedDelivery(ReadQueueMessage(kind)));

    private static object? ReadHeader(JsonNode? header) => header switch
    {
        JsonObject typed => typed.Single() switch
        {
            { Key: "Int64", Value: var number } => (long)number!,
            { Key: "Int32", Value: var number } => (int)number!,
            { Key: "Boolean", Value: var flag } => (bool)flag!,
            var other => throw new JsonException($"No message has had a header of the type {other.Key} before."),
        },
        null => null,
        _ => Encoding.UTF8.GetBytes((string)header!),
    };

    /// <summary>A message as its worker sees it.</summary>
    private sealed class RecordedDelivery(QueueMessage message)
        : Delivery(MessageJson.Read(Person, message.Body.Span)!, Lane.Interactive)
    {
        public override bool IsRedelivered => false;

        public override CancellationToken CancellationToken => CancellationToken.None;

        public override string? GetText(string header) => message.GetText(header);

        public override long? GetNumber(string header) =>
            message.GetText(header) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

        public override bool? GetFlag(string header) => message.GetText(header) is { } text ? bool.Parse(text) : null;

        public override Task SendToDelayQueueAsync(
            TimeSpan delay, IReadOnlyDictionary<string, object> headers, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Nothing is sent.");
    }
}
