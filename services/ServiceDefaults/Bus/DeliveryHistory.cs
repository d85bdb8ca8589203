using MassTransit;

namespace ServiceDefaults.Bus;

/// <summary>What a message has been through, kept in its headers from one delivery to the next.</summary>
/// <param name="Failures">How many tries at it have failed.</param>
/// <param name="Waits">How often it was put off through no fault of its own.</param>
/// <param name="Wait">How long it is to wait now, at least.</param>
public sealed record DeliveryHistory(int Failures, int Waits, TimeSpan Wait)
{
    private const string FailuresHeader = "offline-actions-failures";
    private const string WaitsHeader = "offline-actions-waits";

    /// <summary>What the message in <paramref name="context"/> has been through; nothing, for one that comes for the first time.</summary>
    public static DeliveryHistory Of(ConsumeContext context) => new(
        (int)(context.Headers.Get<long>(FailuresHeader) ?? 0),
        (int)(context.Headers.Get<long>(WaitsHeader) ?? 0),
        TimeSpan.Zero);

    /// <summary>One more failed try.</summary>
    /// <param name="wait">How long to wait at least, if anybody said so.</param>
    public DeliveryHistory Failed(TimeSpan? wait) => this with { Failures = Failures + 1, Waits = 0, Wait = wait ?? TimeSpan.Zero };

    /// <summary>Put off once more.</summary>
    /// <param name="wait">How long to wait at least, if anybody said so.</param>
    public DeliveryHistory Waited(TimeSpan? wait) => this with { Waits = Waits + 1, Wait = wait ?? TimeSpan.Zero };

    internal void WriteTo(SendContext context)
    {
        context.Headers.Set(FailuresHeader, (long)Failures);
        context.Headers.Set(WaitsHeader, (long)Waits);
    }
}
