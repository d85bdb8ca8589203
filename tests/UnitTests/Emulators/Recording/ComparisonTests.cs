using OfflineActions.Emulators.Recording;
using OfflineActions.Emulators.Replay;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Tests.Emulators.Recording;

public sealed class ComparisonTests
{
    private const string OneRevision = "1-0123456789abcdef0123456789abcdef";
    private const string OtherRevision = "1-fedcba9876543210fedcba9876543210";
    private const string OneDocument = $$"""{"rev":"{{OneRevision}}"}""";
    private const string OtherDocument = $$"""{"rev":"{{OtherRevision}}"}""";

    [TestCase("""{"a":1,"b":[2,3]}""", """{"a":1,"b":[2,3]}""")]
    [TestCase("""{"a":1}""", """{"a":2}""", "$.a: 2, recorded 1")]
    [TestCase("""{"a":1.0}""", """{"a":1}""", "$.a: 1, recorded 1.0")]
    [TestCase("""{"a":1}""", """{"a":"1"}""", "$.a: \"1\", recorded 1")]
    [TestCase("""{"a":1}""", """{}""", "$.a: none, recorded 1")]
    [TestCase("""{}""", """{"a":null}""", "$.a: null, recorded none")]
    [TestCase("""{"a":1,"b":2}""", """{"b":2,"a":1}""", "$: members in the order b, a, recorded a, b")]
    [TestCase("""{"a":[1,2]}""", """{"a":[1,3,4]}""", "$.a: 3 elements, recorded 2", "$.a[1]: 3, recorded 2")]
    [TestCase("""{"a":"ü"}""", """{"a":"\u00fc"}""", "body from character 6: \"\\\\u00fc\\\"}\", recorded \"ü\\\"}\"")]
    [TestCase("""{"a": 1}""", """{"a":1}""", "body from character 5: \"1}\", recorded \" 1}\"")]
    [TestCase("""{"a":1}""", "nothing", "body from character 0: \"nothing\", recorded \"{\\\"a\\\":1}\"")]
    [TestCase("""{"expires":"2026-01-01T00:00:00Z","uuid":1}""", """{"expires":"2027-01-01T00:00:00Z","uuid":2}""")]
    [TestCase(OneDocument, OtherDocument, $"$.rev: \"{OtherRevision}\", recorded \"{OneRevision}\"")]
    [TestCase("{\"seq\":1}\n\n{\"seq\":2}\n", "{\"seq\":1}\n{\"seq\":2}\n\n\n")]
    [TestCase("{\"seq\":1}\n{\"seq\":2}\n", "{\"seq\":1}\n{\"seq\":3}\n", "$1.seq: 3, recorded 2")]
    [TestCase("{\"seq\":1}\n{\"seq\":2}\n", "{\"seq\":1}\n", "1 rows, recorded 2")]
    public void Bodies_are_compared_by_what_they_say(string recorded, string actual, params string[] differences) =>
        Assert.That(Find(Answer(recorded), Answer(actual)), Is.EqualTo(differences));

    [TestCase("sequences", """{"last_seq":"5"}""", """{"last_seq":"9"}""")]
    [TestCase("sequences", """{"userCtx":{"channels":{"!":1,"*":4}}}""", """{"userCtx":{"channels":{"!":1,"*":5}}}""")]
    [TestCase("revisions", OneDocument, OtherDocument)]
    [TestCase("member:a", """{"a":1}""", """{"a":2}""")]
    public void What_is_ignored_is_no_difference(string ignored, string recorded, string actual)
    {
        Assert.That(Find(Answer(recorded), Answer(actual)), Is.Not.Empty);
        Assert.That(Find(Answer(recorded), Answer(actual), ignored), Is.Empty);
    }

    [Test]
    public void Status_and_headers_are_compared_but_for_those_that_differ_in_every_run()
    {
        var recorded = Answer("", 201, ("Date", "now"), ("Server", "a"), ("Content-Length", "0"), ("Etag", "\"1\""), ("Allow", "GET"));
        var actual = Answer("", 200, ("date", "later"), ("Connection", "close"), ("etag", "\"1\""), ("Vary", "Origin"));

        Assert.That(
            Find(recorded, actual),
            Is.EqualTo(new[] { "status 200, recorded 201", "header Allow: none, recorded GET", "header Vary: Origin, recorded none" }));
        Assert.That(Find(recorded, actual, "header:allow", "header:vary"), Is.EqualTo(new[] { "status 200, recorded 201" }));
    }

    [Test]
    public void Boundaries_of_parts_do_not_count()
    {
        static RecordedAnswer Parts(string boundary, string text) => Answer(
            $"--{boundary}\r\nContent-Type: multipart/related; boundary=\"in{boundary}\"\r\n\r\n"
                + $"--in{boundary}\r\n\r\n{text}\r\n--in{boundary}--\r\n--{boundary}--",
            200,
            ("Content-Type", $"multipart/mixed; boundary=\"{boundary}\""));

        Assert.That(Find(Parts("0a", "{}"), Parts("1b", "{}")), Is.Empty);
        Assert.That(Find(Parts("0a", "{}"), Parts("1b", "[]")).Single(), Does.StartWith("body from character ").And.Contain("[]"));
    }

    [Test]
    public void Binary_bodies_are_compared_by_their_bytes()
    {
        static RecordedAnswer Bytes(params byte[] bytes) => new(200, [], new(Base64: Convert.ToBase64String(bytes)));

        Assert.That(Find(Bytes(255, 1, 2), Bytes(255, 1, 2)), Is.Empty);
        Assert.That(
            Find(Bytes(255, 1, 2), Bytes(255, 1, 3, 4)), Is.EqualTo(new[] { "body of 4 bytes, recorded 3; they differ from byte 2" }));
    }

    [Test]
    public void Later_requests_name_the_revision_and_the_id_that_this_server_chose()
    {
        var values = new LearnedValues(new Dictionary<string, string>());
        var comparison = new Comparison(Options(), values);
        var id = new string('a', 32);
        var other = new string('b', 32);
        var answer = Answer($$"""{"id":"{{other}}","rev":"{{OtherRevision}}"}""");
        comparison.Find(Exchange("POST", Answer($$"""{"id":"{{id}}","rev":"{{OneRevision}}"}""")), answer);

        var request = values.Apply(
            new RecordedRequest("PUT", $"/db/{id}?rev={OneRevision}", [new("If-Match", $"\"{OneRevision}\"")], new(OneDocument)));

        Assert.That(request.Target, Is.EqualTo($"/db/{other}?rev={OtherRevision}"));
        Assert.That((request.Headers[0].Value, request.Body!.Text), Is.EqualTo(($"\"{OtherRevision}\"", OtherDocument)));
    }

    private static IReadOnlyList<string> Find(RecordedAnswer recorded, RecordedAnswer actual, params string[] ignored) =>
        new Comparison(Options(ignored), new(new Dictionary<string, string>())).Find(Exchange("GET", recorded), actual);

    private static Exchange Exchange(string method, RecordedAnswer answer) =>
        new(1, "public", 0, 1, ExchangeEnd.Complete, new(method, "/db/", []), answer);

    private static RecordedAnswer Answer(string body, int status = 200, params (string Name, string Value)[] headers) =>
        new(status, [.. headers.Select(header => new HttpHeader(header.Name, header.Value))], body.Length > 0 ? new(body) : null);

    private static ReplayOptions Options(params string[] ignored) => new(
        new("http://127.0.0.1:1"),
        new("http://127.0.0.1:1"),
        new Dictionary<string, string>(),
        ignored.ToHashSet(),
        TimeSpan.FromSeconds(1));
}
