namespace OfflineActions.Dev.Comparison;

/// <summary>How much is measured.</summary>
/// <param name="Rounds">Rounds of the main part, in which the stacks take turns.</param>
/// <param name="Cold">The first requests of fresh processes.</param>
/// <param name="Warm">The requests after that.</param>
/// <param name="Paced">How long a constant rate is held.</param>
/// <param name="Idle">How long nothing happens.</param>
/// <param name="Slow">Requests while SWAPI is slow.</param>
/// <param name="Scales">Numbers of worker processes.</param>
/// <param name="Webhooks">Webhooks that are sent to a gateway alone.</param>
/// <param name="Backlogs">Numbers of requests that wait before the workers start.</param>
internal sealed record ComparisonSize(
    int Rounds, int Cold, int Warm, TimeSpan Paced, TimeSpan Idle, int Slow, IReadOnlyList<int> Scales, int Webhooks, IReadOnlyList<int> Backlogs)
{
    /// <summary>The requests a second of the constant rate.</summary>
    public const int Rate = 100;

    /// <summary>The backlog that Celery gets, too. The others show how a request's cost depends on how many wait.</summary>
    public const int ComparedBacklog = 50_000;

    /// <summary>The requests of the constant rate.</summary>
    public int PacedRequests => (int)(Paced.TotalSeconds * Rate);

    /// <summary>Under five minutes.</summary>
    public static ComparisonSize Quick { get; } = new(1, 1_000, 2_000, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), 500, [2], 2_000, []);

    /// <summary>For the report in the repository.</summary>
    public static ComparisonSize Full { get; } =
        new(3, 2_000, 10_000, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10), 2_000, [2, 4], 20_000, [1_000, ComparedBacklog, 200_000]);
}

/// <summary>Measures this repository and Celery in turns, each time with fresh processes.</summary>
/// <param name="broker">A private broker, the same for all.</param>
/// <param name="size">How much is measured.</param>
/// <param name="console">Where progress is written.</param>
internal sealed class StackComparison(LocalRabbitMq broker, ComparisonSize size, TextWriter console)
{
    /// <summary>How long an answer of SWAPI takes in the part where it is slow.</summary>
    public static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(200);

    private static readonly IReadOnlyList<StackVariant> Main = [StackVariant.Ours, StackVariant.CeleryFast, StackVariant.CelerySafe];

    private readonly List<Measurement> measurements = [];

    /// <summary>Measures everything.</summary>
    public async Task<IReadOnlyList<Measurement>> RunAsync(CancellationToken cancellationToken)
    {
        for (var round = 1; round <= size.Rounds; round++)
        {
            // In turns: who comes first in one round comes last in the next.
            foreach (var variant in round % 2 == 1 ? Main : Main.Reverse())
            {
                await MeasureMainAsync(variant, cancellationToken);
            }
        }

        foreach (var variant in new[] { StackVariant.Ours, StackVariant.CelerySafe })
        {
            await MeasureBurstAsync(Part.Uncached, variant with { Cache = false }, size.Warm, cancellationToken);
        }

        foreach (var variant in new[] { StackVariant.Ours, StackVariant.CeleryGreen })
        {
            await MeasureBurstAsync(Part.SlowSwapi, variant with { Cache = false }, size.Slow, cancellationToken);
        }

        foreach (var workers in size.Scales)
        {
            foreach (var variant in new[] { StackVariant.Ours, StackVariant.CeleryFast })
            {
                await MeasureBurstAsync(Part.Workers(workers), variant with { Workers = workers }, size.Warm, cancellationToken);
            }
        }

        foreach (var variant in Main)
        {
            await MeasureWebhooksAsync(variant, cancellationToken);
        }

        foreach (var backlog in size.Backlogs)
        {
            await MeasureBacklogAsync(StackVariant.Ours, backlog, cancellationToken);
            if (backlog == ComparisonSize.ComparedBacklog)
            {
                await MeasureBacklogAsync(StackVariant.CeleryFast, backlog, cancellationToken);
            }
        }

        return measurements;
    }

    private async Task MeasureMainAsync(StackVariant variant, CancellationToken cancellationToken)
    {
        await using var run = await StackRun.StartAsync(variant, broker, cancellationToken);
        Add(variant, Part.StartUp, Figure.Accepted, run.StartUp.Accepted.TotalSeconds);
        Add(variant, Part.StartUp, Figure.Result, run.StartUp.Result.TotalSeconds);
        Add(variant, Part.Cold, await run.BurstAsync(size.Cold, cancellationToken));
        Add(variant, Part.Warm, await run.BurstAsync(size.Warm, cancellationToken));
        Add(variant, Part.Paced, await run.PacedAsync(size.PacedRequests, ComparisonSize.Rate, cancellationToken));
        Add(variant, Part.Idle, Figure.Memory, run.Memory / 1e6);
        var (gateway, workers) = await run.IdleAsync(size.Idle, cancellationToken);
        Add(variant, Part.Idle, Figure.IdleGateway, 100 * gateway);
        Add(variant, Part.Idle, Figure.IdleWorkers, 100 * workers);
    }

    private async Task MeasureBurstAsync(string part, StackVariant variant, int documents, CancellationToken cancellationToken)
    {
        await using var run = await StackRun.StartAsync(variant, broker, cancellationToken);
        await run.BurstAsync(size.Cold, cancellationToken);
        if (part == Part.SlowSwapi)
        {
            await run.SlowSwapiAsync(Slowness, cancellationToken);
        }

        Add(variant, part, await run.BurstAsync(documents, cancellationToken));
    }

    private async Task MeasureWebhooksAsync(StackVariant variant, CancellationToken cancellationToken)
    {
        await using var run = await StackRun.StartWithBacklogAsync(variant, broker, 1, cancellationToken);
        // The first webhooks of a process pay for its compilation.
        await run.WebhooksAsync(size.Cold, cancellationToken);
        var load = await run.WebhooksAsync(size.Webhooks, cancellationToken);
        Add(variant, Part.Webhooks, Figure.AcceptedPerSecond, load.Seen.PerSecond);
        Add(variant, Part.Webhooks, Figure.Gateway, load.Gateway);
        Add(variant, Part.Webhooks, Figure.Broker, load.Broker);
        Add(variant, Part.Webhooks, Figure.Rest, load.Rest);
        var paced = await run.PacedWebhooksAsync(size.PacedRequests, ComparisonSize.Rate, cancellationToken);
        Add(variant, Part.PacedWebhooks, Figure.AcceptedMedian, paced.Seen.Median.TotalMilliseconds);
        Add(variant, Part.PacedWebhooks, Figure.AcceptedPercentile99, paced.Seen.Percentile99.TotalMilliseconds);
        Add(variant, Part.PacedWebhooks, Figure.Gateway, paced.Gateway);
    }

    private async Task MeasureBacklogAsync(StackVariant variant, int backlog, CancellationToken cancellationToken)
    {
        var part = Part.Backlog(backlog);
        await using var run = await StackRun.StartWithBacklogAsync(variant, broker, backlog, cancellationToken);
        Add(variant, part, Figure.GatewayMemory, run.GatewayMemory / 1e6);
        var drained = await run.DrainAsync(backlog, cancellationToken);
        Add(variant, part, Figure.PerSecond, drained.Seen.PerSecond);
        Add(variant, part, Figure.Own, drained.Own);
        Add(variant, part, Figure.Gateway, drained.Gateway);
        Add(variant, part, Figure.Workers, drained.Workers);
        Add(variant, part, Figure.Broker, drained.Broker);
        Add(variant, part, Figure.GatewayMemoryAfter, run.GatewayMemory / 1e6);
    }

    private void Add(StackVariant variant, string part, StackLoad load)
    {
        Add(variant, part, Figure.PerSecond, load.Seen.PerSecond);
        Add(variant, part, Figure.Median, load.Seen.Median.TotalMilliseconds);
        Add(variant, part, Figure.Percentile95, load.Seen.Percentile95.TotalMilliseconds);
        Add(variant, part, Figure.Percentile99, load.Seen.Percentile99.TotalMilliseconds);
        Add(variant, part, Figure.Gateway, load.Gateway);
        Add(variant, part, Figure.Workers, load.Workers);
        Add(variant, part, Figure.Own, load.Own);
        Add(variant, part, Figure.Broker, load.Broker);
        Add(variant, part, Figure.Stubs, load.Stubs);
        Add(variant, part, Figure.Rest, load.Rest);
    }

    private void Add(StackVariant variant, string part, Figure figure, double value)
    {
        measurements.Add(new Measurement(variant.Name, part, figure, value));
        console.WriteLine(ComparisonReport.Line(measurements[^1]));
    }
}
