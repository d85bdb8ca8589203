using System.Globalization;
using System.Text;

namespace OfflineActions.Dev.Comparison;

/// <summary>The report of a comparison: ratios first, then every figure. Pure.</summary>
/// <param name="measurements">All measured values; the median of the rounds counts.</param>
internal sealed class ComparisonReport(IReadOnlyList<Measurement> measurements)
{
    private readonly string[] stacks = [.. measurements.Select(measurement => measurement.Stack).Distinct()];

    /// <summary>One value, while measuring.</summary>
    public static string Line(Measurement measurement) => string.Create(
        CultureInfo.InvariantCulture,
        $"{measurement.Stack,-16} {measurement.Part,-40} {Show(measurement.Figure, measurement.Value),10}  {measurement.Figure.Name}");

    /// <summary>How many times better than each other stack this one is; below 1 it is worse.</summary>
    public IReadOnlyList<(string Part, Figure Figure, string Other, double Ratio)> Ratios() =>
    [
        .. from part in Parts()
        from figure in FiguresOf(part)
        where figure.IsMoreBetter is not null
        from other in stacks.Skip(1)
        let ours = Median(stacks[0], part, figure)
        let theirs = Median(other, part, figure)
        where ours > 0 && theirs > 0
        select (part, figure, other, figure.IsMoreBetter is true ? ours.Value / theirs.Value : theirs.Value / ours.Value),
    ];

    /// <summary>The report as Markdown.</summary>
    /// <param name="machine">One line about the machine and the builds.</param>
    /// <param name="chart">The chart's file name, beside the report.</param>
    public string ToMarkdown(string machine, string chart)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # {stacks[0]} and Celery, measured

            Written by `./dev bench --celery`. {machine}

            The same job, the same RabbitMQ, and the same emulators of Sync Gateway and SWAPI. The stacks take turns, each time with fresh processes.
            *Celery, fast* acknowledges a message before the work and publishes without confirms, so that a crash loses requests. *Celery, safe*
            acknowledges after the work and confirms. *Celery, gevent* is for work that waits. Here a message is always acknowledged after the
            result is written, a publish is always confirmed, queues are quorum queues, and the gateway also follows the changes feed, for which
            Celery has nothing. The Celery app is in `tests/celery-baseline`.
            While an answer is awaited, a worker of {stacks[0]} begins up to {StackVariant.DefaultConcurrency} requests (its default), and one of
            *Celery, gevent* {StackVariant.CeleryGreen.Celery!.Concurrency} (green threads, tuned for this job).

            ![Requests a second and processor time](./{chart})

            ## How many times better

            Above 1, {stacks[0]} is better; below 1, worse.

            | part | figure | {string.Join(" | ", stacks.Skip(1).Select(stack => "than " + stack))} |
            |---|---|{string.Concat(stacks.Skip(1).Select(_ => "---:|"))}
            """);
        foreach (var group in Ratios().GroupBy(ratio => (ratio.Part, ratio.Figure)))
        {
            var cells = stacks.Skip(1).Select(stack => group.Where(ratio => ratio.Other == stack).Select(ratio => Number(ratio.Ratio, 2)).FirstOrDefault(""));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {group.Key.Part} | {group.Key.Figure.Name} | {string.Join(" | ", cells)} |");
        }

        foreach (var part in Parts())
        {
            var measured = stacks.Where(stack => measurements.Any(each => each.Stack == stack && each.Part == part)).ToArray();
            text.AppendLine(CultureInfo.InvariantCulture, $"\n## {part}\n\n| | {string.Join(" | ", measured)} |\n|---|{string.Concat(measured.Select(_ => "---:|"))}");
            foreach (var figure in FiguresOf(part))
            {
                var cells = measured.Select(stack => Median(stack, part, figure) is { } value ? Show(figure, value) : "");
                text.AppendLine(CultureInfo.InvariantCulture, $"| {figure.Name} | {string.Join(" | ", cells)} |");
            }
        }

        return text.ToString();
    }

    /// <summary>The parts in the order in which they were measured.</summary>
    public IEnumerable<string> Parts() => measurements.Select(measurement => measurement.Part).Distinct();

    /// <summary>The median of all rounds; null when this was not measured.</summary>
    public double? Median(string stack, string part, Figure figure)
    {
        var values = measurements
            .Where(measurement => measurement.Stack == stack && measurement.Part == part && measurement.Figure == figure)
            .Select(measurement => measurement.Value).Order().ToArray();
        return values is [] ? null : values[values.Length / 2];
    }

    /// <summary>The stacks that were measured in a part, ours first.</summary>
    public IEnumerable<string> StacksOf(string part) => stacks.Where(stack => measurements.Any(each => each.Stack == stack && each.Part == part));

    private IEnumerable<Figure> FiguresOf(string part) =>
        measurements.Where(measurement => measurement.Part == part).Select(measurement => measurement.Figure).Distinct();

    private static string Show(Figure figure, double value) => Number(value, figure.Decimals);

    private static string Number(double value, int decimals) => value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
}
