using System.Text.Json;
using System.Text.Json.Nodes;
using Contracts;
using MassTransit;
using MassTransit.Serialization;
using ServiceDefaults.Bus;

namespace Microservices.Tests.Contracts;

/// <summary>Other programs, older workers and messages that wait in queues rely on these: they may grow, and never change.</summary>
public sealed class ContractTests
{
    [Test]
    public void The_message_of_a_person_request_is_on_the_wire_what_it_always_was()
    {
        var message = PersonAction.Contract.Write(new RequestReference(
            "db", "a/b é", "1-cd809becc169215072fd567eebd8b8de", DateTimeOffset.Parse("2026-01-02T03:04:05Z")));
        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, "Contracts", "PersonRequested.json")))!;

        var wire = new JsonObject
        {
            ["exchange"] = BusTopology.ExchangeOf(typeof(PersonRequested)),
            ["messageType"] = MessageUrn.ForTypeString<PersonRequested>(),
            ["body"] = JsonSerializer.SerializeToNode(message, SystemTextJsonMessageSerializer.Options),
        };

        Assert.That(wire.ToJsonString(), Is.EqualTo(golden.ToJsonString()));
    }

    [Test]
    public void A_message_carries_its_reference_there_and_back()
    {
        var reference = new RequestReference("db.scope.collection", "id", "7-abc", DateTimeOffset.UnixEpoch);

        Assert.That(PersonAction.Contract.Read(PersonAction.Contract.Write(reference)), Is.EqualTo(reference));
    }

    [Test]
    public void The_queues_have_the_names_that_scripts_and_dashboards_know()
    {
        var queues = PersonAction.Contract.Queues;

        string[] names =
        [
            queues.Work, queues.Quarantine, queues.Error, queues.Skipped, queues.Poison,
            queues.Delay(TimeSpan.FromSeconds(10)), queues.Delay(TimeSpan.FromMinutes(1)),
            queues.Delay(TimeSpan.FromMinutes(10)), queues.Delay(TimeSpan.FromHours(1)), queues.Delay(TimeSpan.FromMilliseconds(200)),
        ];

        Assert.That(names, Is.EqualTo(new[]
        {
            "person-requested", "person-requested_quarantine", "person-requested_error", "person-requested_skipped", "person-requested_poison",
            "person-requested_delay_10s", "person-requested_delay_1m", "person-requested_delay_10m", "person-requested_delay_1h",
            "person-requested_delay_200ms",
        }));
    }

    [Test]
    public void The_states_are_those_that_apps_render() =>
        Assert.That(
            (PersonAction.Contract.States.Request, PersonAction.Contract.States.Success, PersonAction.Contract.States.Failure),
            Is.EqualTo(("person_request", "person_success", "person_failure")));

    [TestCase(0)]
    [TestCase(-10_000)]
    public void A_delay_that_is_none_has_no_queue(long ticks) =>
        Assert.That(() => PersonAction.Contract.Queues.Delay(TimeSpan.FromTicks(ticks)), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
