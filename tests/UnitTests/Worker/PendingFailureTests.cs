using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

public sealed class PendingFailureTests
{
    private const string Json =
        """{"Revision":"1-a","Failure":{"Code":"swapi_unavailable","Message":"Later.","Retryable":true},"""
        + "\"Attempts\":5,\"FailedAt\":\"2026-01-02T03:04:05.678+00:00\",\"MayPass\":true}";

    private static readonly PendingFailure Failure = new(
        "1-a",
        new ActionFailure("swapi_unavailable", "Later.", Retryable: true),
        Attempts: 5,
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
        IsTransient: true);

    [Test]
    public void The_JSON_in_the_header_stays_as_it_is() => Assert.That(Failure.ToString(), Is.EqualTo(Json));

    [Test]
    public void The_JSON_of_a_message_that_already_waits_in_a_queue_is_read() =>
        Assert.That(PendingFailure.Parse(Json), Is.EqualTo(Failure));

    [Test]
    public void The_trace_comes_back()
    {
        var traced = Failure with { TraceId = "4bf92f3577b34da6a3ce929d0e0e4736" };

        Assert.That(PendingFailure.Parse(traced.ToString()), Is.EqualTo(traced));
    }

    [Test]
    public void Without_the_header_there_is_no_pending_failure() => Assert.That(PendingFailure.Parse(null), Is.Null);

    [TestCase("")]
    [TestCase("no JSON")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"Revision":null,"Failure":null,"Attempts":5,"FailedAt":"2026-01-02T03:04:05Z"}""")]
    [TestCase("""{"Revision":"1-a","Failure":{"Code":"x"},"Attempts":5,"FailedAt":"2026-01-02T03:04:05Z"}""")]
    [TestCase("""{"Revision":"1-a","Failure":{"Code":"x","Message":"y","Retryable":true},"Attempts":99999999999,"FailedAt":"never"}""")]
    public void A_header_that_an_operator_damaged_is_no_pending_failure(string text) => Assert.That(PendingFailure.Parse(text), Is.Null);
}
