using System.Globalization;

namespace OfflineActions.Dev.Comparison;

/// <summary>One measured value.</summary>
/// <param name="Stack">The stack's name.</param>
/// <param name="Part">Which part of the comparison.</param>
/// <param name="Figure">What was measured.</param>
/// <param name="Value">The value, in the figure's unit.</param>
internal sealed record Measurement(string Stack, string Part, Figure Figure, double Value);

/// <summary>The parts of the comparison, as the report names them.</summary>
internal static class Part
{
    public const string StartUp = "Start";
    public const string Cold = "First requests of fresh processes";
    public const string Warm = "Burst";
    public const string Paced = "100 requests a second";
    public const string Idle = "Idle, after work";
    public const string Uncached = "Burst, persons not cached";
    public const string SlowSwapi = "Burst, SWAPI takes 200 ms, not cached";
    public const string Webhooks = "Webhooks alone, no worker";
    public const string PacedWebhooks = "100 webhooks a second, no worker";

    public static string Backlog(int count) => string.Create(CultureInfo.InvariantCulture, $"Backlog of {count:N0}");

    public static string Workers(int count) => $"Burst, {count} worker processes";
}

/// <summary>What is measured, with its name and unit for the report.</summary>
/// <param name="Name">Its name with the unit.</param>
/// <param name="Decimals">How many decimals are meaningful.</param>
/// <param name="IsMoreBetter">Whether more is better; null for what describes the circumstances.</param>
internal sealed record Figure(string Name, int Decimals, bool? IsMoreBetter)
{
    public static Figure PerSecond { get; } = new("requests/s", 0, IsMoreBetter: true);

    public static Figure AcceptedPerSecond { get; } = new("accepted webhooks/s", 0, IsMoreBetter: true);

    public static Figure AcceptedMedian { get; } = new("webhook to its answer p50, ms", 1, IsMoreBetter: false);

    public static Figure AcceptedPercentile99 { get; } = new("webhook to its answer p99, ms", 1, IsMoreBetter: false);

    public static Figure Median { get; } = new("write to success p50, ms", 1, IsMoreBetter: false);

    public static Figure Percentile95 { get; } = new("write to success p95, ms", 1, IsMoreBetter: false);

    public static Figure Percentile99 { get; } = new("write to success p99, ms", 1, IsMoreBetter: false);

    public static Figure Own { get; } = new("CPU of the stack, ms a request", 2, IsMoreBetter: false);

    public static Figure Gateway { get; } = new("CPU gateway or Flask, ms a request", 2, IsMoreBetter: null);

    public static Figure Workers { get; } = new("CPU workers, ms a request", 2, IsMoreBetter: null);

    public static Figure Broker { get; } = new("CPU RabbitMQ, ms a request", 2, IsMoreBetter: null);

    public static Figure Stubs { get; } = new("CPU emulators, ms a request", 2, IsMoreBetter: null);

    public static Figure Rest { get; } = new("CPU rest of the machine, ms a request", 2, IsMoreBetter: null);

    public static Figure Accepted { get; } = new("start to first accepted webhook, s", 2, IsMoreBetter: false);

    public static Figure Result { get; } = new("start to first result, s", 2, IsMoreBetter: false);

    public static Figure Memory { get; } = new("memory (PSS), MB", 0, IsMoreBetter: false);

    public static Figure GatewayMemory { get; } = new("memory (PSS) of gateway or Flask, MB", 0, IsMoreBetter: false);

    public static Figure GatewayMemoryAfter { get; } = new("the same after the work, MB", 0, IsMoreBetter: false);

    public static Figure IdleGateway { get; } = new("CPU gateway or Flask, % of a core", 2, IsMoreBetter: null);

    public static Figure IdleWorkers { get; } = new("CPU workers, % of a core", 2, IsMoreBetter: null);
}
