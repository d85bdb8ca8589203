using System.Text;
using System.Text.Json;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.SyncGateway;

public sealed class DocumentStateTests
{
    [TestCase("""{"action":"a_request","_id":"d","_rev":"1-a"}""", "d", "1-a", "a_request")]
    [TestCase("""{"_id":"d","_rev":"1-a","x":{"action":"a_request","_rev":"9-z"}}""", "d", "1-a", null)]
    [TestCase("""{"_id":7,"_rev":["1-a"],"action":{"action":"a_request"}}""", null, null, null)]
    [TestCase("""{"action":"a_request","action":"b_request","_rev":"1-a","_rev":"2-b"}""", null, "2-b", "b_request")]
    [TestCase("""{"_id":"d","_rev":"1-a","action":"half \ud800"}""", "d", "1-a", "half \ufffd")]
    [TestCase("{}", null, null, null)]
    public void Members_are_read_from_the_top_level_and_the_last_of_a_name_counts(
        string json, string? id, string? revision, string? action) =>
        Assert.That(Read(json), Is.EqualTo(new DocumentState(id, revision, action)));

    [TestCase("_deleted", "true", false)]
    [TestCase("_removed", "true", false)]
    [TestCase("_deleted", "false", true)]
    [TestCase("_removed", "false", true)]
    [TestCase("_deleted", "null", true)]
    public void Only_a_document_that_is_deleted_or_removed_has_no_action(string name, string value, bool hasAction) =>
        Assert.That(Read($$"""{"{{name}}":{{value}},"action":"a_request"}""").Action, hasAction ? Is.EqualTo("a_request") : Is.Null);

    [TestCase("""{"nextAttemptAt":"2026-01-01T00:00:00Z","code":"x"}""", "2026-01-01T00:00:00Z")]
    [TestCase("""{"x":{"nextAttemptAt":"a"},"nextAttemptAt":"\u0062","y":[]}""", "b")]
    [TestCase("""{"nextAttemptAt":"a","nextAttemptAt":"b"}""", "b")]
    [TestCase("""{"nextAttemptAt":["a"]}""", null)]
    [TestCase("""[{"nextAttemptAt":"a"}]""", null)]
    [TestCase("\"nextAttemptAt\"", null)]
    [TestCase("{}", null)]
    [TestCase("null", null)]
    public void The_time_of_the_next_attempt_is_within_progress(string progress, string? expected)
    {
        var state = Read($$"""{"_id":"d","progress":{{progress}},"action":"a_request"}""");

        Assert.That((state.NextAttemptAt, state.Action), Is.EqualTo((expected, "a_request")));
    }

    [TestCase("\"bulk\"", "bulk")]
    [TestCase("\"b\\u0075lk\"", "bulk")]
    [TestCase("1", null)]
    [TestCase("[\"bulk\"]", null)]
    public void A_priority_is_a_text(string json, string? expected) =>
        Assert.That(Read($$"""{"_id":"d","action":"a_request","priority":{{json}}}""").Priority, Is.EqualTo(expected));

    [Test]
    public void A_priority_that_is_too_long_for_a_word_is_none() =>
        Assert.That(Read($$"""{"_id":"d","priority":"{{new string('x', 1_000)}}"}""").Priority, Is.Null);

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{")]
    [TestCase("""{"a":1}{}""")]
    [TestCase("""{"a":1} x""")]
    public void Anything_but_one_object_is_an_error(string json)
    {
        Assert.That(() => Read(json), Throws.InstanceOf<JsonException>());
        Assert.That(DocumentState.TryRead(Encoding.UTF8.GetBytes(json)), Is.Null);
    }

    private static DocumentState Read(string json) => DocumentState.Read(Encoding.UTF8.GetBytes(json), Document.MaxDepth);
}
