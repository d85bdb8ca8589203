using System.ComponentModel.DataAnnotations;

namespace OfflineActions.Worker;

/// <summary>The <c>Worker</c> section of the configuration.</summary>
public sealed class WorkerOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Worker";

    internal const int MaxConcurrency = 1_000;

    /// <summary>
    /// The names of the actions that this worker takes, for example <c>person</c>; null or empty for all that it can perform.
    /// </summary>
    public IReadOnlyList<string>? Actions { get; init; }

    /// <summary>
    /// How many requests of each action one worker processes at the same time. Most of them wait for what their handler has asked, which
    /// costs memory only, so the number is high enough for the worker to stay busy meanwhile.
    /// </summary>
    [Range(1, MaxConcurrency, ErrorMessage = "Worker:Concurrency must be from 1 to 1000.")]
    public int Concurrency { get; init; } = 512;

    /// <summary>The same for single actions by their name, from 1 to 1000. An action that is not named has <see cref="Concurrency"/>.</summary>
    public Dictionary<string, int> ConcurrencyByAction { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The longest that one delivery of one request takes. As long again it may wait before it begins, and for the slot to write its
    /// result: see <see cref="SyncGatewayConcurrency"/>. The handler's own timeout is shorter, so after that Sync Gateway was too slow:
    /// the request is tried again later, and no attempt is counted.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00", ErrorMessage = "Worker:DeliveryTimeout must be from 00:00:01 to 00:01:00.")]
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many of the requests of each action read or write their documents at the same time: the load on Sync Gateway.
    /// </summary>
    [Range(1, 1_000, ErrorMessage = "Worker:SyncGatewayConcurrency must be from 1 to 1000.")]
    public int SyncGatewayConcurrency { get; init; } = 16;

    /// <summary>
    /// The shortest delay of a request after a failed attempt that its document shows as <c>progress</c>. 00:00:00 switches that off.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = "Worker:ProgressFrom must be from 00:00:00 to 1.00:00:00.")]
    public TimeSpan ProgressFrom { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The circuit breaker opens when more than nine of ten of this many recent attempts failed.</summary>
    [ConfigurationKeyName("BrakeAfter")]
    [Range(1, 100_000, ErrorMessage = "Worker:BrakeAfter must be from 1 to 100000.")]
    public int CircuitBreakerAttempts { get; init; } = 100;

    /// <summary>How long the circuit breaker stays open.</summary>
    [ConfigurationKeyName("BrakeFor")]
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00", ErrorMessage = "Worker:BrakeFor must be from 00:00:00.001 to 00:10:00.")]
    public TimeSpan CircuitBreakerPause { get; init; } = TimeSpan.FromMinutes(1);
}
