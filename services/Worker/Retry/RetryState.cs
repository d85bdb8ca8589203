using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;

namespace OfflineActions.Worker.Retry;

/// <summary>The retry state of a message, kept in its headers from one delivery to the next.</summary>
/// <param name="Failures">The number of failed attempts.</param>
/// <param name="Deferrals">How often it was deferred since the last failed attempt because Sync Gateway was unavailable.</param>
/// <param name="NotBefore">The earliest time of the next attempt. Set when that is later than the longest delay.</param>
/// <param name="IsInterrupted">Whether one of its deliveries ended without an acknowledgement, for example because the worker died.</param>
/// <param name="Note">A text for the processor at the next delivery: the JSON of a failure that could not be written.</param>
/// <param name="DeferredAt">When the last attempt ended. Only for the trace, so that a message without one does not have it.</param>
/// <param name="Reason">Why it was deferred last, for an operator who finds the message in its delay queue.</param>
internal sealed record RetryState(
    int Failures,
    int Deferrals,
    DateTimeOffset? NotBefore,
    bool IsInterrupted = false,
    string? Note = null,
    DateTimeOffset? DeferredAt = null,
    string? Reason = null)
{
    private const string InterruptedHeader = "offline-actions-interrupted";
    private const string NoteHeader = "offline-actions-note";
    private const string DeferredAtHeader = "offline-actions-deferred-at";
    private const int MaxCount = 1_000_000;

    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>
    /// The state of a message. A first delivery has none of the headers. A number that no worker wrote, in a message that an operator
    /// edited, counts as the nearest possible one.
    /// </summary>
    public static RetryState Read(Delivery delivery) => new(
        (int)Math.Clamp(delivery.GetNumber(RetryHeaders.Failures) ?? 0, 0, MaxCount),
        (int)Math.Clamp(delivery.GetNumber(RetryHeaders.Deferrals) ?? 0, 0, MaxCount),
        GetTime(delivery, RetryHeaders.NotBefore),
        delivery.IsRedelivered || delivery.GetFlag(InterruptedHeader) is true,
        delivery.GetText(NoteHeader),
        delivery.Trace.Context is null ? null : GetTime(delivery, DeferredAtHeader),
        delivery.GetText(RetryHeaders.Reason));

    /// <summary>The headers for the next delivery.</summary>
    public Dictionary<string, object> ToHeaders()
    {
        var headers = new Dictionary<string, object>
        {
            [RetryHeaders.Failures] = (long)Failures,
            [RetryHeaders.Deferrals] = (long)Deferrals,
        };
        if (NotBefore is { } time)
        {
            headers[RetryHeaders.NotBefore] = time.ToUnixTimeMilliseconds();
        }

        if (IsInterrupted)
        {
            headers[InterruptedHeader] = true;
        }

        if (Note is not null)
        {
            headers[NoteHeader] = Note;
        }

        if (DeferredAt is { } deferredAt)
        {
            headers[DeferredAtHeader] = deferredAt.ToUnixTimeMilliseconds();
        }

        if (Reason is not null)
        {
            headers[RetryHeaders.Reason] = Reason;
        }

        return headers;
    }

    private static DateTimeOffset? GetTime(Delivery delivery, string header) => delivery.GetNumber(header) is { } milliseconds
        ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, Earliest, Latest))
        : null;
}
