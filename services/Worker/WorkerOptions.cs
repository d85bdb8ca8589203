using System.ComponentModel.DataAnnotations;

namespace OfflineActions.Worker;

/// <summary>The <c>Worker</c> section of the configuration.</summary>
public sealed class WorkerOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Worker";

    /// <summary>How many requests one worker has in hand at a time.</summary>
    [Range(1, 1_000, ErrorMessage = "Worker:Concurrency must be from 1 to 1000.")]
    public int Concurrency { get; init; } = 16;

    /// <summary>The longest that one delivery of one request takes; after that it counts as a failed attempt and is tried again later.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00", ErrorMessage = "Worker:DeliveryTimeout must be from 00:00:01 to 00:01:00.")]
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After so many tries of which nearly all failed, the worker pauses.</summary>
    [Range(1, 100_000, ErrorMessage = "Worker:BrakeAfter must be from 1 to 100000.")]
    public int BrakeAfter { get; init; } = 100;

    /// <summary>How long that pause is.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:10:00", ErrorMessage = "Worker:BrakeFor must be from 00:00:00.001 to 00:10:00.")]
    public TimeSpan BrakeFor { get; init; } = TimeSpan.FromMinutes(1);
}
