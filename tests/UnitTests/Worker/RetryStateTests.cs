using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;
using OfflineActions.Worker.Retry;

namespace OfflineActions.Tests.Worker;

public sealed class RetryStateTests
{
    private static readonly RetryPolicy Policy = new([TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1)]);

    [Test]
    public void What_is_written_into_the_headers_is_read_back()
    {
        var state = new RetryState(2, 1, DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123), IsInterrupted: true, "a note");

        Assert.That(RetryState.Read(new HeadersOnly(state.ToHeaders())), Is.EqualTo(state));
    }

    [Test]
    public void The_end_of_the_last_attempt_is_read_back_in_a_message_with_a_trace()
    {
        var state = new RetryState(1, 0, null, DeferredAt: DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123));
        var headers = new Dictionary<string, object>(state.ToHeaders());
        Assert.That(RetryState.Read(new HeadersOnly(headers)), Is.EqualTo(state with { DeferredAt = null }));

        headers["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        Assert.That(RetryState.Read(new HeadersOnly(headers)), Is.EqualTo(state));
    }

    [Test]
    public void Any_numbers_in_the_headers_of_a_damaged_message_give_a_delay(
        [Values(long.MinValue, -1, 0, int.MaxValue + 1L, long.MaxValue)] long count,
        [Values(long.MinValue, -1, long.MaxValue)] long notBefore)
    {
        var state = RetryState.Read(new HeadersOnly(new Dictionary<string, object>
        {
            ["offline-actions-failures"] = count,
            ["offline-actions-waits"] = count,
            ["offline-actions-not-before"] = notBefore,
            ["offline-actions-deferred-at"] = notBefore,
            ["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        }));

        var now = DateTimeOffset.UnixEpoch;
        Assert.That(Policy.WhenEarly(state, now), Is.Null);
        Assert.That(Policy.Delays, Does.Contain(Policy.AfterFailure(state, null, now).Delay));
        Assert.That(Policy.Delays, Does.Contain(Policy.AfterUnavailable(state, null, now).Delay));
    }

    private sealed class HeadersOnly(IReadOnlyDictionary<string, object> headers) : Delivery(
        ActionCatalog.Default.GetByMessage<PersonRequested>().CreateMessage("db", "d", "1-a", DateTimeOffset.UnixEpoch), Lane.Interactive)
    {
        public override bool IsRedelivered => false;

        public override CancellationToken CancellationToken => CancellationToken.None;

        public override string? GetText(string header) => headers.GetValueOrDefault(header) as string;

        public override long? GetNumber(string header) => headers.GetValueOrDefault(header) as long?;

        public override bool? GetFlag(string header) => headers.GetValueOrDefault(header) as bool?;

        public override Task SendToDelayQueueAsync(
            TimeSpan delay, IReadOnlyDictionary<string, object> headers, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Nothing is sent in these tests.");
    }
}
