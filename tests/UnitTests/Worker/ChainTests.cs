using System.Text.Json.Nodes;
using CsCheck;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Echo;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

public sealed class ChainTests
{
    private static readonly ActionCatalog Catalog = EchoCatalog.All;
    private static readonly ActionStates Person = Catalog.GetByMessage<PersonRequested>().States;
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-02T03:04:05.678Z");
    private static readonly string[] Requests = [.. Catalog.Actions.Select(action => action.States.Request)];

    [TestCase("""{}""")]
    [TestCase("""{"then":null}""")]
    [TestCase("""{"then":[]}""")]
    [TestCase("""{"then":["person_request","echo_request","person_request"]}""")]
    [TestCase("""{"then":["\u0070erson_request"]}""")]
    public void A_list_of_known_requests_is_valid(string body) => Assert.That(Chain.FindFault(Document(body), Catalog), Is.Null);

    [TestCase("\"person_request\"", "then must be a list of requests like [\"person_request\"].")]
    [TestCase("{}", "then must be a list of requests like [\"person_request\"].")]
    [TestCase("1e99999999999", "then must be a list of requests like [\"person_request\"].")]
    [TestCase("[1e99999999999]", "Number 1 in then is no request that is known here. There are: ")]
    [TestCase("[\"person_request\",null]", "Number 2 in then is no request that is known here. There are: ")]
    [TestCase("[\"person_success\"]", "Number 1 in then is no request that is known here. There are: ")]
    [TestCase("[\"person\"]", "Number 1 in then is no request that is known here. There are: ")]
    [TestCase("[[\"person_request\"]]", "Number 1 in then is no request that is known here. There are: ")]
    [TestCase("[{\"a\":1,\"a\":2}]", "Number 1 in then is no request that is known here. There are: ")]
    [TestCase("[\"\\u0000\\u2028\"]", "Number 1 in then is no request that is known here. There are: ")]
    public void Anything_else_is_a_permanent_failure_that_says_what_is_wrong(string then, string message)
    {
        var failure = Chain.FindFault(Document($$"""{"then":{{then}}}"""), Catalog)!;

        Assert.That(failure.Code, Is.EqualTo("invalid_then"));
        Assert.That(failure.Message, Does.StartWith(message));
        Assert.That(failure.Retryable, Is.False);
    }

    [Test]
    public void At_most_ten_requests_may_follow()
    {
        Assert.That(Chain.FindFault(WithThen([.. Enumerable.Repeat("person_request", 10)]), Catalog), Is.Null);
        Assert.That(
            Chain.FindFault(WithThen([.. Enumerable.Repeat("person_request", 11)]), Catalog)!.Message,
            Is.EqualTo("then has 11 requests. At most 10 are allowed."));
    }

    [Test]
    public void Success_writes_the_next_request_and_keeps_the_result_and_everything_else()
    {
        var next = DocumentTransitions.ToSuccess(
            Document("""{"action":"person_request","n":1.0,"then":["echo_request","person_request"],"error":{"code":"x"}}"""),
            Person,
            new JsonObject { ["person"] = 1 },
            Now);

        Assert.That(
            next.Body.ToString(),
            Is.EqualTo("""{"action":"echo_request","n":1.0,"then":["person_request"],"person":1,"chain":{"after":"3-a"}}"""));
    }

    [Test]
    public void The_last_success_of_a_chain_leaves_nothing_of_the_chain_behind()
    {
        var last = Document("""{"action":"person_request","chain":{"after":"2-x"},"then":[]}""");

        Assert.That(
            DocumentTransitions.ToSuccess(last, Person, new JsonObject { ["person"] = 1 }, Now).Body.ToString(),
            Is.EqualTo("""{"action":"person_success","person":1}"""));
    }

    [Test]
    public void A_property_of_the_app_that_happens_to_be_called_chain_stays()
    {
        var document = Document("""{"action":"person_request","chain":"Hotels & More"}""");

        Assert.That((string?)DocumentTransitions.ToSuccess(document, Person, [], Now).Body["chain"], Is.EqualTo("Hotels & More"));
    }

    [Test]
    public void The_time_of_a_request_is_that_of_the_step_if_the_app_has_given_one()
    {
        var document = Document("""{"action":"person_request","requestedAt":"2026-01-01T00:00:00Z","then":["echo_request"]}""");

        var next = DocumentTransitions.ToSuccess(document, Person, [], Now);

        Assert.That((string?)next.Body["requestedAt"], Is.EqualTo("2026-01-02T03:04:05.678Z"));
    }

    [Test]
    public void Failure_stops_the_chain_and_keeps_what_is_left_of_it_for_a_retry()
    {
        var failed = DocumentTransitions.ToFailure(
            Document("""{"action":"person_request","then":["echo_request"],"chain":{"after":"2-x"}}"""),
            Person,
            new PendingFailure("3-a", new ActionFailure("x", "y", Retryable: true), 1, Now));

        Assert.That((string?)failed.Body["action"], Is.EqualTo("person_failure"));
        Assert.That(failed.Body["then"]!.ToJsonString(), Is.EqualTo("""["echo_request"]"""));
        Assert.That(failed.Body["chain"]!.ToJsonString(), Is.EqualTo("""{"after":"2-x"}"""));
    }

    /// <summary>The document is at revision 3, which the worker wrote as the answer of revision 2.</summary>
    [TestCase("1-z", false, Description = "A late message of the request before, which the app has edited since.")]
    [TestCase("2-a", false, Description = "A duplicate of the message that was answered.")]
    [TestCase("2-b", false, Description = "One of a lost branch.")]
    [TestCase("3-a", true, Description = "The message of this request.")]
    [TestCase("4-a", true, Description = "The app has edited it since the worker read it.")]
    [TestCase("x", true, Description = "Published by hand.")]
    [TestCase("-1", true, Description = "Published by hand.")]
    public void A_message_of_an_earlier_request_performs_no_later_one(string revision, bool expected) =>
        Assert.That(
            DocumentTransitions.IsRequest(
                Document("""{"action":"person_request","chain":{"after":"2-a"}}"""), Person, revision),
            Is.EqualTo(expected));

    [TestCase("""{"after":"3-b"}""")]
    [TestCase("""{"after":"999999999-a"}""")]
    [TestCase("""{"after":"99999999999999999999-a"}""")]
    [TestCase("""{"after":"-5-a"}""")]
    [TestCase("""{"after":5}""")]
    [TestCase("""{"after":null}""")]
    [TestCase("""["2-a"]""")]
    [TestCase("\"2-a\"")]
    [TestCase("null")]
    public void A_note_that_no_worker_wrote_keeps_no_message_from_its_request(string note) =>
        Assert.That(
            DocumentTransitions.IsRequest(Document($$"""{"action":"person_request","chain":{{note}}}"""), Person, "3-a"), Is.True);

    [Test]
    public void Each_step_shortens_the_list_by_its_first_request_until_the_chain_ends() => Gen.OneOf(Requests).Array[0, 10].Sample(then =>
    {
        var document = WithThen(then);
        var performed = new List<string>();
        for (var step = 0; ActionStates.IsRequest(document.Action); step++)
        {
            Assert.That(Chain.FindFault(document, Catalog), Is.Null);
            Assert.That(Chain.IsAnswered(document, document.Revision), Is.False);
            performed.Add(document.Action!);
            var states = Catalog.FindByRequest(document.Action!)!.States;
            var next = DocumentTransitions.ToSuccess(document, states, new JsonObject { [$"step {step}"] = true }, Now);
            Assert.That(
                DocumentTransitions.IsRequest(next with { Revision = $"{step + 4}-a" }, states, document.Revision),
                Is.False,
                "The message of the step before.");
            document = next with { Revision = $"{step + 4}-a" };
        }

        Assert.That(performed, Is.EqualTo((string[])["person_request", .. then]));
        Assert.That(document.Body.Contains("then") || document.Body.Contains("chain"), Is.False);
        Assert.That(Enumerable.Range(0, performed.Count).All(step => document.Body.Contains($"step {step}")), Is.True);
    });

    private static Document WithThen(string[] then) => Document(
        new JsonObject { ["action"] = "person_request", ["then"] = new JsonArray([.. then.Select(each => (JsonNode?)each)]) }.ToJsonString());

    private static Document Document(string body) => new("id", "3-a", RawObject.From(JsonNode.Parse(body)!.AsObject()));
}
