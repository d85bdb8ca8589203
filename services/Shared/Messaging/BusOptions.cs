using System.ComponentModel.DataAnnotations;

namespace OfflineActions.Messaging;

/// <summary>The <c>Bus</c> section of the configuration.</summary>
public sealed class BusOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Bus";

    /// <summary>What carries the messages.</summary>
    public BusTransport Transport { get; init; } = BusTransport.RabbitMq;

    /// <summary>The broker, for example <c>amqp://user:password@host:5672/virtual-host</c>; <c>amqps</c> for TLS.</summary>
    public Uri? Url { get; init; }

    /// <summary>
    /// How long messages wait before they are tried again, step by step; the last one repeats. Each is a queue of its own, so change
    /// them before the first start: 10 s, 1 min, 10 min and 1 h when nothing is set.
    /// </summary>
    public TimeSpan[]? Delays { get; init; }

    /// <summary>
    /// How long a process that stops may take to finish the messages it has in hand; what is not done by then goes back to its queue.
    /// Whatever stops it (a container's grace period) must be 15 s more patient than this.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00", ErrorMessage = "Bus:DrainTimeout must be from 00:00:00 to 00:10:00.")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary><see cref="Delays"/>, or what stands in for them.</summary>
    public IReadOnlyList<TimeSpan> EffectiveDelays => Delays is { Length: > 0 } ? Delays : DefaultLadder;

    private static readonly TimeSpan[] DefaultLadder =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)];
}
