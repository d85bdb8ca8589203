using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

public sealed class DocumentTransitionsTests
{
    private static readonly ActionStates States = ActionCatalog.Default.GetByMessage<PersonRequested>().States;
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-02T04:04:05.6789+01:00");

    [TestCase("""{"action":"person_request"}""", true)]
    [TestCase("""{"action":"person_success"}""", false)]
    [TestCase("""{"action":"person_failure"}""", false)]
    [TestCase("""{"action":"echo_request"}""", false)]
    [TestCase("""{"action":null}""", false)]
    [TestCase("""{"action":{"person_request":1}}""", false)]
    [TestCase("""{"action":1}""", false)]
    [TestCase("{}", false)]
    public void Only_the_request_state_of_the_action_is_a_request(string body, bool expected) =>
        Assert.That(DocumentTransitions.IsRequest(Document(body), States, "1-a"), Is.EqualTo(expected));

    [Test]
    public void Success_adds_the_result_removes_an_old_error_and_keeps_everything_else()
    {
        var document = Document(
            """{"action":"person_request","error":{"code":"x"},"price":2.50,"big":12345678901234567890,"é":[{"a":null}]}""");

        var next = DocumentTransitions.ToSuccess(document, States, new JsonObject { ["person"] = new JsonObject { ["name"] = "Luke" } }, Now);

        Assert.That(
            next.Body.ToString(),
            Is.EqualTo(
                """{"action":"person_success","price":2.50,"big":12345678901234567890,"é":[{"a":null}],"person":{"name":"Luke"}}"""));
        Assert.That(next.Revision, Is.EqualTo(document.Revision));
    }

    [Test]
    public void Failure_holds_the_code_the_message_the_number_of_attempts_and_the_time()
    {
        var next = DocumentTransitions.ToFailure(
            Document("""{"action":"person_request","mine":1}"""),
            States,
            new PendingFailure(
                "1-a",
                new ActionFailure("person_not_found", "There is no person 17.", Retryable: false),
                Attempts: 3,
                Now));

        Assert.That(
            next.Body.ToString(),
            Is.EqualTo("""{"action":"person_failure","mine":1,"error":{"code":"person_not_found","message":"There is no person 17.","""
                + "\"retryable\":false,\"attempts\":3,\"failedAt\":\"2026-01-02T03:04:05.678Z\"}}"));
    }

    [Test]
    public void A_failure_names_its_trace_if_there_is_one_and_is_recognized_by_it()
    {
        var failure = new PendingFailure(
            "1-a", new ActionFailure("x", "y", Retryable: true), 1, DateTimeOffset.UnixEpoch, TraceId: "4bf92f3577b34da6a3ce929d0e0e4736");

        var next = DocumentTransitions.ToFailure(Document("""{"action":"person_request"}"""), States, failure);

        Assert.That((string?)next.Body["error"]!["traceId"], Is.EqualTo("4bf92f3577b34da6a3ce929d0e0e4736"));
        Assert.That(DocumentTransitions.IsFailure(next, States, failure), Is.True);
        Assert.That(DocumentTransitions.IsFailure(next, States, failure with { TraceId = null }), Is.False);
    }

    [Test]
    public void A_result_never_makes_the_document_a_request()
    {
        var success = DocumentTransitions.ToSuccess(
            Document("""{"action":"person_request"}"""),
            States,
            new JsonObject { ["action"] = "person_request", ["then"] = new JsonArray("person_request") },
            Now);

        Assert.That(DocumentTransitions.IsRequest(success, States, "1-a"), Is.False);
        Assert.That(success.Body.Contains("then"), Is.False);
    }

    [Test]
    public void A_handler_gets_only_the_inputs_it_names() =>
        Assert.That(
            DocumentTransitions.SelectInputs(Document("""{"personId":4,"secret":1}"""), ["personId", "absent"]).ToJsonString(),
            Is.EqualTo("""{"personId":4}"""));

    private static Document Document(string body) => new("id", "1-a", RawObject.From(JsonNode.Parse(body)!.AsObject()));
}
