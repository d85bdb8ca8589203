using System.Runtime.InteropServices;
using OfflineActions.Dev.Comparison;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev bench --celery</c>: measures this repository beside the Flask and Celery app in <c>tests/celery-baseline</c>.</summary>
internal static class CeleryComparison
{
    private const string Chart = "benchmarks.svg";

    private static readonly string Folder = Path.Combine(Repository.Root, "docs");

    /// <summary>Measures, prints the ratios, and writes the report.</summary>
    /// <param name="isQuick">Whether to measure little, in under five minutes. The report in the repository is kept then.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<int> RunAsync(bool isQuick, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            await Console.Error.WriteLineAsync("dev: The comparison runs on Linux alone: it reads processor time and memory in /proc.");
            return 1;
        }

        await CeleryProcesses.PrepareAsync(cancellationToken);
        await DotNet.BuildServicesAsync(cancellationToken, "Release");
        await using var broker = await LocalRabbitMq.StartAsync(cancellationToken: cancellationToken);
        var size = isQuick ? ComparisonSize.Quick : ComparisonSize.Full;
        var report = new ComparisonReport(await new StackComparison(broker, size, Console.Out).RunAsync(cancellationToken));

        Console.WriteLine("\nHow many times better than the other stack (below 1: worse)");
        foreach (var (part, figure, other, ratio) in report.Ratios())
        {
            Console.WriteLine($"{ratio,8:0.00}  {part}: {figure.Name}, {other}");
        }

        var folder = isQuick ? Path.Combine(Repository.Root, "artifacts", "bench") : Folder;
        Directory.CreateDirectory(folder);
        var machine =
            $"{Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, Release builds; "
            + $"{size.Warm} requests a burst. Start, burst, constant rate and idle are the median of {size.Rounds} rounds; the other parts ran once.";
        await File.WriteAllTextAsync(Path.Combine(folder, "benchmarks.md"), report.ToMarkdown(machine, Chart), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, Chart), ComparisonChart.Draw(report) + "\n", cancellationToken);
        Console.WriteLine($"\nThe report: {Path.Combine(folder, "benchmarks.md")}");
        return 0;
    }
}
