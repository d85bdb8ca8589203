using System.Diagnostics;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.LaneSharing;

/// <summary>Asks for persons one after the other, as people do, and measures from the write to the result in the document.</summary>
internal sealed class Latency(Database database)
{
    /// <summary>
    /// On a machine that does other things, too, a few requests take this long by chance. Requests that wait behind others take seconds.
    /// </summary>
    private static readonly TimeSpan Noise = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan BetweenReads = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>The durations of <paramref name="count"/> requests, the shortest first.</summary>
    public async Task<TimeSpan[]> MeasureAsync(string prefix, int count)
    {
        var durations = new List<TimeSpan>();
        for (var number = 0; number < count; number++)
        {
            durations.Add(await AskAsync($"{prefix}-{number}"));
        }

        return [.. durations.Order()];
    }

    /// <summary>Asks until the token fires, and returns how many requests were answered.</summary>
    public async Task<int> AskUntilAsync(string prefix, CancellationToken cancellationToken)
    {
        var number = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            await AskAsync($"{prefix}-{number++}");
        }

        return number;
    }

    /// <summary>Fails when the 99th percentile is twice what it is alone.</summary>
    public static void AssertBelowTwice(TimeSpan[] alone, TimeSpan[] meanwhile)
    {
        var (before, then) = (P99(alone), P99(meanwhile));
        TestContext.Out.WriteLine($"p99 alone {before.TotalMilliseconds:F0} ms, meanwhile {then.TotalMilliseconds:F0} ms; "
            + $"p50 {alone[alone.Length / 2].TotalMilliseconds:F0} and {meanwhile[meanwhile.Length / 2].TotalMilliseconds:F0} ms");
        Assert.That(then, Is.LessThan(2 * before > Noise ? 2 * before : Noise));
    }

    private static TimeSpan P99(TimeSpan[] ordered) => ordered[(int)Math.Ceiling(0.99 * ordered.Length) - 1];

    private async Task<TimeSpan> AskAsync(string id)
    {
        var started = Stopwatch.GetTimestamp();
        await database.PutAsync(id, """{"action":"person_request"}""");
        while (Stopwatch.GetElapsedTime(started) is var taken)
        {
            if ((string?)(JsonNode.Parse(await database.TextAsync(id))!["action"]) == "person_success")
            {
                return taken;
            }

            Assert.That(taken, Is.LessThan(Deadline), $"{id} has no result.");
            await Task.Delay(BetweenReads);
        }

        throw new UnreachableException();
    }
}
