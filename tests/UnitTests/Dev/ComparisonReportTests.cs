using System.Xml.Linq;
using OfflineActions.Dev.Comparison;
using OfflineActions.Dev.LocalSystem;
using OfflineActions.Worker;

namespace OfflineActions.Tests.Dev;

public sealed class ComparisonReportTests
{
    private static readonly ComparisonReport Report = new(
    [
        new("Ours & co", Part.Warm, Figure.PerSecond, 900),
        new("Ours & co", Part.Warm, Figure.PerSecond, 1_000),
        new("Ours & co", Part.Warm, Figure.PerSecond, 5_000),
        new("Ours & co", Part.Warm, Figure.Own, 0.5),
        new("Ours & co", Part.Warm, Figure.Broker, 0.1),
        new("Other", Part.Warm, Figure.PerSecond, 500),
        new("Other", Part.Warm, Figure.Own, 2),
        new("Other", Part.Warm, Figure.Broker, 0.2),
        new("Ours & co", Part.Backlog(50_000), Figure.Memory, 150),
    ]);

    [Test]
    public void The_median_of_the_rounds_is_compared_and_better_is_always_above_one() => Assert.That(
        Report.Ratios(),
        Is.EqualTo(new[] { (Part.Warm, Figure.PerSecond, "Other", 2.0), (Part.Warm, Figure.Own, "Other", 4.0) }));

    [Test]
    public void The_report_shows_the_ratios_before_the_figures_and_leaves_out_what_was_not_measured()
    {
        var text = Report.ToMarkdown("Two processors.", "chart.svg");

        Assert.That(text, Does.Contain("Two processors.").And.Contain("![Requests a second and processor time](./chart.svg)"));
        Assert.That(text, Does.Contain("| Burst | requests/s | 2.00 |"));
        Assert.That(text, Does.Contain("| requests/s | 1,000 | 500 |").And.Contain("| CPU RabbitMQ, ms a request | 0.10 | 0.20 |"));
        Assert.That(text.IndexOf("2.00", StringComparison.Ordinal), Is.LessThan(text.IndexOf("1,000", StringComparison.Ordinal)));
        Assert.That(text, Does.Contain("## Backlog of 50,000").And.Contain("| | Ours & co |"));
    }

    [Test]
    public void The_report_says_how_many_requests_each_stack_has_in_progress_while_it_waits()
    {
        Assert.That(new WorkerOptions().Concurrency, Is.EqualTo(StackVariant.DefaultConcurrency));
        Assert.That(
            Report.ToMarkdown("", "chart.svg"),
            Does.Contain($"begins up to {StackVariant.DefaultConcurrency} requests (its default)").And.Contain("*Celery, gevent* 100 "));
    }

    [Test]
    public void The_bars_of_the_chart_are_as_long_as_their_values_are_large()
    {
        var bars = XElement.Parse(ComparisonChart.Draw(Report)).Descendants().Where(element => element.Name.LocalName == "rect")
            .Select(bar => (double)bar.Attribute("width")!).ToArray();

        Assert.That(bars, Is.EqualTo(new[] { 480.0, 240.0, 120.0, 480.0 }));
    }

    [Test]
    public void Latencies_are_sorted_before_a_percentile_is_taken()
    {
        var result = LoadResult.From(TimeSpan.FromSeconds(2), Enumerable.Range(1, 100).Reverse().Select(number => TimeSpan.FromSeconds(number)));

        Assert.That(result.PerSecond, Is.EqualTo(50));
        Assert.That(
            (result.Median.TotalSeconds, result.Percentile95.TotalSeconds, result.Percentile99.TotalSeconds), Is.EqualTo((51.0, 96.0, 100.0)));
        Assert.That(LoadResult.From(TimeSpan.FromSeconds(1), [TimeSpan.FromSeconds(7)]).Percentile99, Is.EqualTo(TimeSpan.FromSeconds(7)));
    }
}
