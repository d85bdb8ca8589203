using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Presence;
using OfflineActions.Messaging.Topology;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Contracts;

/// <summary>
/// Messages of a version that is to come, and damaged ones, which any client of the broker may publish: those that an older version wrote,
/// with members more, without some, and with other values.
/// </summary>
public sealed class DamagedWireTests
{
    private const string Marked = "another value";

    private static readonly ActionContract Person = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly JsonObject Messages = WireGolden.Parse(WireGolden.Read(WireGolden.Older));

    private static readonly string[] Values =
    [
        "null", "true", "-1", "1e400", "1e9999999999", "99999999999999999999", "\"\"", "\"x\"", @"""\ud800""", @"{""\udc00"":1}", "[]", "[null]", "{}",
    ];

    [TestCaseSource(nameof(Kinds))]
    public void A_member_that_a_later_version_adds_is_ignored(string text, Func<string, object?> read)
    {
        var expected = JsonSerializer.Serialize(read(text));
        Assert.That(expected, Is.Not.EqualTo("null"));

        foreach (var json in Change(text, (parent, _) => (parent as JsonObject)?.Add("later", new JsonObject { ["version"] = 7 })))
        {
            Assert.That(JsonSerializer.Serialize(read(json)), Is.EqualTo(expected), json);
        }
    }

    [TestCaseSource(nameof(Kinds))]
    public void A_member_that_is_missing_or_has_any_value_stops_no_reader(string text, Func<string, object?> read)
    {
        Assert.Multiple(() =>
        {
            var changed = Change(text, Mark)
                .SelectMany(json => Values.Select(value => json.Replace($"\"{Marked}\"", value, StringComparison.Ordinal)));
            foreach (var json in Change(text, Remove).Concat(changed))
            {
                Assert.That(() => read(json), Throws.Nothing, json);
            }
        });
    }

    [TestCase("offline-actions-marker-0123456789abcdef0123456789abcdef", true)]
    [TestCase("offline-actions-marker-0123456789ABCDEF0123456789abcdef", false)]
    [TestCase("offline-actions-marker-0123456789abcdef0123456789abcdef\n", false)]
    [TestCase("offline-actions-marker-", false)]
    [TestCase("x", false)]
    [TestCase("", false)]
    [TestCase(null, false)]
    public void Only_the_name_of_a_marker_is_looked_for_in_the_broker(string? name, bool isOne)
    {
        using var marker = new BrokerIncarnation(Options.Create(new BusOptions())).Watch(name);

        Assert.That(marker.State.Name, Is.EqualTo(isOne ? name : null));
    }

    private static IEnumerable<TestCaseData> Kinds()
    {
        yield return Kind("request", text => MessageJson.Read(Person, Encoding.UTF8.GetBytes(text)));
        yield return Kind("gateway presence", ReadPresence);
        yield return Kind("worker presence", ReadPresence);
        yield return Kind("pause", text => ActionPause.Read(Encoding.UTF8.GetBytes(text)));
        yield return Kind("checkpoint of catch-up", Checkpoint.Parse);
        yield return new TestCaseData(
            (string)Messages["failure that could not be written"]!["headers"]!["offline-actions-note"]!,
            new Func<string, object?>(PendingFailure.Parse))
            .SetArgDisplayNames("failure that could not be written");

        static object? ReadPresence(string text) => PresenceJson.Read(Encoding.UTF8.GetBytes(text));

        static TestCaseData Kind(string name, Func<string, object?> read) =>
            new TestCaseData((string)Messages[name]!["body"]!, read).SetArgDisplayNames(name);
    }

    /// <summary>One text for each place in the JSON, in which only that place is changed.</summary>
    private static IEnumerable<string> Change(string text, Action<JsonNode, object> change)
    {
        for (var place = 0; ; place++)
        {
            var json = JsonNode.Parse(text)!;
            if (FindPlaces(json).Skip(place).FirstOrDefault() is not { Parent: { } parent, Key: var key })
            {
                yield break;
            }

            change(parent, key);
            yield return json.ToJsonString();
        }
    }

    private static IEnumerable<(JsonNode? Parent, object Key)> FindPlaces(JsonNode? json) => json switch
    {
        JsonObject members => members.SelectMany(member => FindPlaces(member.Value).Prepend((json, member.Key))),
        JsonArray items => items.SelectMany((item, index) => FindPlaces(item).Prepend((json, (object)index))),
        _ => [],
    };

    private static void Remove(JsonNode parent, object key)
    {
        if (parent is JsonObject members)
        {
            members.Remove((string)key);
        }
        else
        {
            parent.AsArray().RemoveAt((int)key);
        }
    }

    private static void Mark(JsonNode parent, object key)
    {
        if (parent is JsonObject members)
        {
            members[(string)key] = Marked;
        }
        else
        {
            parent.AsArray()[(int)key] = Marked;
        }
    }
}
