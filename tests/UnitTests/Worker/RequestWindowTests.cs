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
    public void Its_time_has_come(string body) => Assert.That(Of(body), Is.EqualTo(new RequestWindow.Open()));

    [TestCase("2026-01-31T08:00:01Z", 1_000)]
    [TestCase("2026-01-31T08:00:00.250Z", 250)]
    [TestCase("2026-01-31T07:01:00-01:00", 60_000)]
    public void Its_time_will_come(string notBefore, int milliseconds) =>
        Assert.That(Of($$"""{"notBefore":"{{notBefore}}"}"""), Is.EqualTo(new RequestWindow.NotYetOpen(TimeSpan.FromMilliseconds(milliseconds))));

    [Test]
    public void It_has_expired_when_it_is_late_even_by_a_clock_five_minutes_slow() =>
        Assert.That(((RequestWindow.Rejected)Of("""{"expiresAt":"2026-01-31T07:54:59Z"}""")).Failure.Code, Is.EqualTo("expired"));

    [TestCase("""{"notBefore":1769846400}""")]
    [TestCase("""{"notBefore":"tomorrow"}""")]
    [TestCase("""{"notBefore":"2026-01-31"}""")]
    [TestCase("""{"expiresAt":"2026-01-31T08:00:00"}""")]
    [TestCase("""{"expiresAt":{}}""")]
    [TestCase("""{"expiresAt":"2026-13-31T08:00:00Z"}""")]
    public void A_time_that_is_none_is_said_to_be_none(string body) =>
        Assert.That(((RequestWindow.Rejected)Of(body)).Failure.Code, Is.EqualTo("invalid_time"));

    private static RequestWindow Of(string body) => RequestWindow.Of(new Document("id", "1-a", JsonNode.Parse(body)!.AsObject()), Now);
}
