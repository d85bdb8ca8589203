using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

public sealed class RequestWindowTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-31T08:00:00Z");

    [TestCase("{}")]
    [TestCase("""{"notBefore":null,"expiresAt":null}""")]
    [TestCase("""{"notBefore":"2026-01-31T08:00:00Z"}""")]
    [TestCase("""{"notBefore":"2026-01-31T09:00:00+01:00"}""")]
    [TestCase("""{"expiresAt":"2026-01-31T07:55:00Z"}""")]
    [TestCase("""{"expiresAt":"9999-12-31T23:59:59Z"}""")]
    [TestCase("""{"notBefore":"0001-01-01T00:00:00Z"}""")]
    public void The_window_is_open(string body) => Assert.That(Read(body), Is.InstanceOf<RequestWindow.Open>());

    [Test]
    public void A_notBefore_that_has_come_is_kept_for_the_time_that_the_request_took() =>
        Assert.That(Read("""{"notBefore":"2026-01-31T07:00:00Z"}"""), Is.EqualTo(new RequestWindow.Open(Now.AddHours(-1))));

    [TestCase("2026-01-31T08:00:01Z", 1_000)]
    [TestCase("2026-01-31T08:00:00.250Z", 250)]
    [TestCase("2026-01-31T07:01:00-01:00", 60_000)]
    public void Before_notBefore_the_window_is_not_yet_open(string notBefore, int milliseconds) =>
        Assert.That(
            Read($$"""{"notBefore":"{{notBefore}}"}"""),
            Is.EqualTo(new RequestWindow.NotYetOpen(TimeSpan.FromMilliseconds(milliseconds))));

    [Test]
    public void A_request_expires_five_minutes_after_expiresAt() =>
        Assert.That(((RequestWindow.Rejected)Read("""{"expiresAt":"2026-01-31T07:54:59Z"}""")).Failure.Code, Is.EqualTo("expired"));

    [TestCase("0001-01-01T00:00:00Z")]
    [TestCase("2026-01-31T07:54:59Z")]
    public void A_request_of_any_past_time_expires(string expiresAt) =>
        Assert.That(((RequestWindow.Rejected)Read($$"""{"expiresAt":"{{expiresAt}}"}""")).Failure.Code, Is.EqualTo("expired"));

    [TestCase("9999-12-31T23:59:59Z")]
    [TestCase("2126-01-31T08:00:00+14:00")]
    public void A_request_may_wait_for_any_future_time(string notBefore) =>
        Assert.That(Read($$"""{"notBefore":"{{notBefore}}"}"""), Is.InstanceOf<RequestWindow.NotYetOpen>());

    [TestCase("""{"expiresAt":"2026-01-31T08:00:00Z\n"}""")]
    [TestCase("""{"expiresAt":"9999-12-31T23:59:59.999999999Z"}""")]
    [TestCase("""{"expiresAt":"0001-01-01T00:00:00+14:00"}""")]
    [TestCase("""{"expiresAt":"9999-12-31T23:59:59-14:00"}""")]
    [TestCase("""{"expiresAt":"٢٠٢٦-01-31T08:00:00Z"}""")]
    [TestCase("""{"notBefore":1769846400}""")]
    [TestCase("""{"notBefore":"tomorrow"}""")]
    [TestCase("""{"notBefore":"2026-01-31"}""")]
    [TestCase("""{"expiresAt":"2026-01-31T08:00:00"}""")]
    [TestCase("""{"expiresAt":{}}""")]
    [TestCase("""{"expiresAt":"2026-13-31T08:00:00Z"}""")]
    public void A_time_that_is_not_RFC_3339_is_rejected(string body) =>
        Assert.That(((RequestWindow.Rejected)Read(body)).Failure.Code, Is.EqualTo("invalid_time"));

    [Test]
    public void A_large_value_is_rejected_without_nodes_of_it()
    {
        var body = RawObject.Empty.With("notBefore", new JsonArray([.. Enumerable.Repeat(0, 100_000).Select(item => (JsonNode)item)]));
        var document = new Document("id", "1-a", body);

        RequestWindow.Read(document, Now);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var window = RequestWindow.Read(document, Now);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000));
        Assert.That(((RequestWindow.Rejected)window).Failure.Code, Is.EqualTo("invalid_time"));
    }

    private static RequestWindow Read(string body) => RequestWindow.Read(new Document("id", "1-a", RawObject.From(JsonNode.Parse(body)!.AsObject())), Now);
}
