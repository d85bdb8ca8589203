using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit.Serialization;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Publishing;

namespace OfflineActions.Tests.Contracts;

/// <summary>Other programs, older workers and messages that wait in queues rely on these: they may grow, and never change.</summary>
public sealed class ContractTests
{
    private static readonly ActionContract Contract = ActionCatalog.Default.GetByMessage<PersonRequested>();

    [Test]
    public void The_message_of_a_person_request_is_on_the_wire_what_it_always_was()
    {
        var message = Contract.CreateMessage(
            "db", "a/b é", "1-cd809becc169215072fd567eebd8b8de", DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Contracts", "PersonRequested.json")))!;

        var wire = new JsonObject
        {
            ["exchange"] = Contract.Exchange,
            ["messageType"] = Contract.Urn,
            ["body"] = JsonSerializer.SerializeToNode<object>(message, SystemTextJsonMessageSerializer.Options),
        };

        Assert.That(wire.ToJsonString(), Is.EqualTo(golden.ToJsonString()));
    }

    [TestCase("")]
    [TestCase("Word_count")]
    [TestCase("word-count")]
    [TestCase("word count")]
    [TestCase("2nd")]
    [TestCase("_count")]
    [TestCase("wörter")]
    [TestCase("person\n")]
    public void A_name_that_cannot_begin_a_state_is_refused_at_the_start(string name) =>
        Assert.That(
            () => new ActionContract<PersonRequested>(name, "persons"), Throws.ArgumentException.With.Message.StartsWith($"'{name}' cannot be the name"));

    [TestCase("a")]
    [TestCase("word_count2")]
    public void A_name_has_lower_case_letters_digits_and_underscores(string name) =>
        Assert.That(new ActionContract<PersonRequested>(name, "persons").States.Name, Is.EqualTo(name));

    [Test]
    public void A_message_is_read_as_it_was_written()
    {
        var message = Contract.CreateMessage("db.scope.collection", "id", "7-abc", DateTimeOffset.UnixEpoch);

        Assert.That(MessageJson.Read(Contract, MessageJson.Write(message)), Is.EqualTo(message));
    }

    [TestCase("""{"keyspace":"db","documentId":"a","revision":"1-a"}""")]
    [TestCase("""{"keyspace":null,"documentId":"a","revision":"1-a","requestedAt":"2026-01-02T03:04:05Z"}""")]
    [TestCase("""{"keyspace":1,"documentId":"a","revision":"1-a","requestedAt":"2026-01-02T03:04:05Z"}""")]
    [TestCase("[]")]
    [TestCase("")]
    public void A_body_that_lacks_something_is_no_message(string body) =>
        Assert.That(MessageJson.Read(Contract, System.Text.Encoding.UTF8.GetBytes(body)), Is.Null);

    [Test]
    public void The_queues_have_the_names_that_scripts_and_dashboards_know()
    {
        var queues = Contract.Queues;

        string[] names =
        [
            queues.Work, queues.Quarantine, queues.Error, queues.Skipped, queues.Poison, queues.Paused,
            queues.Delay(TimeSpan.FromSeconds(10)), queues.Delay(TimeSpan.FromMinutes(1)),
            queues.Delay(TimeSpan.FromMinutes(10)), queues.Delay(TimeSpan.FromHours(1)), queues.Delay(TimeSpan.FromMilliseconds(200)),
        ];

        Assert.That(names, Is.EqualTo(new[]
        {
            "person-requested", "person-requested_quarantine", "person-requested_error", "person-requested_skipped", "person-requested_poison",
            "person-requested_paused",
            "person-requested_delay_10s", "person-requested_delay_1m", "person-requested_delay_10m", "person-requested_delay_1h",
            "person-requested_delay_200ms",
        }));
    }

    [Test]
    public void The_bulk_lane_has_a_work_queue_and_delay_queues_of_its_own()
    {
        var queues = Contract.Queues;

        Assert.That(
            (queues.Bulk, queues.Delay(TimeSpan.FromSeconds(10), Lane.Bulk)), Is.EqualTo(("person-requested_bulk", "person-requested_bulk_delay_10s")));
        Assert.That(Lanes.All.Select(queues.WorkOf), Is.EqualTo(new[] { queues.Work, queues.Bulk }));
    }

    [TestCase("person-requested_bulk", Lane.Bulk)]
    [TestCase("person-requested_bulk_delay_10m", Lane.Bulk)]
    [TestCase("person-requested", Lane.Interactive)]
    [TestCase("person-requested_delay_10m", Lane.Interactive)]
    [TestCase("person-requested_quarantine", Lane.Interactive)]
    public void A_queue_belongs_to_a_lane(string queue, Lane lane) => Assert.That(Contract.Queues.LaneOf(queue), Is.EqualTo(lane));

    [TestCase("bulk", Lane.Bulk)]
    [TestCase("Bulk", Lane.Interactive)]
    [TestCase("now", Lane.Interactive)]
    [TestCase(null, Lane.Interactive)]
    public void A_priority_chooses_the_lane(string? priority, Lane lane) => Assert.That(Lanes.FromPriority(priority), Is.EqualTo(lane));

    [Test]
    public void The_states_are_those_that_apps_render() =>
        Assert.That(
            (Contract.States.Request, Contract.States.Success, Contract.States.Failure),
            Is.EqualTo(("person_request", "person_success", "person_failure")));

    [TestCase(0)]
    [TestCase(-10_000)]
    public void A_delay_that_is_none_has_no_queue(long ticks) =>
        Assert.That(() => Contract.Queues.Delay(TimeSpan.FromTicks(ticks)), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
