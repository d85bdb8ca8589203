using MassTransit;

namespace ServiceDefaults.Bus;

/// <summary>What a message has been through, kept in its headers from one delivery to the next.</summary>
/// <param name="Failures">How many tries at it have failed.</param>
/// <param name="Deferrals">How often it was put off since, because of somebody else's trouble.</param>
/// <param name="NotBefore">Not to be tried again before this time, when that is further away than one delay reaches.</param>
/// <param name="IsInterrupted">Whether one of its deliveries has ended without a word, as when a worker dies.</param>
/// <param name="Note">What its consumer wants to know again next time; short, and nobody else's business.</param>
public sealed record RetryState(int Failures, int Deferrals, DateTimeOffset? NotBefore, bool IsInterrupted = false, string? Note = null)
{
    private const string FailuresHeader = "offline-actions-failures";
    private const string WaitsHeader = "offline-actions-waits";
    private const string NotBeforeHeader = "offline-actions-not-before";
    private const string InterruptedHeader = "offline-actions-interrupted";
    private const string NoteHeader = "offline-actions-note";

    /// <summary>What the message in <paramref name="context"/> has been through; nothing, for one that comes for the first time.</summary>
    public static RetryState Read(ConsumeContext context) => new(
        (int)(context.Headers.Get<long>(FailuresHeader) ?? 0),
        (int)(context.Headers.Get<long>(WaitsHeader) ?? 0),
        context.Headers.Get<long>(NotBeforeHeader) is { } milliseconds ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null,
        context.ReceiveContext.Redelivered || context.Headers.Get<bool>(InterruptedHeader) is true,
        context.Headers.Get<string>(NoteHeader));

    internal void WriteTo(SendContext context)
    {
        context.Headers.Set(FailuresHeader, (long)Failures);
        context.Headers.Set(WaitsHeader, (long)Deferrals);
        if (NotBefore is { } time)
        {
            context.Headers.Set(NotBeforeHeader, time.ToUnixTimeMilliseconds());
        }

        if (IsInterrupted)
        {
            context.Headers.Set(InterruptedHeader, true);
        }

        if (Note is not null)
        {
            context.Headers.Set(NoteHeader, Note);
        }
    }
}
