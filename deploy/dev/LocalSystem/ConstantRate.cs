using System.Diagnostics;

namespace OfflineActions.Dev.LocalSystem;

/// <summary>Starts something at a constant rate, however long each takes.</summary>
internal static class ConstantRate
{
    /// <summary>Starts it <paramref name="count"/> times, and waits for all.</summary>
    public static async Task RunAsync(int count, int perSecond, Func<int, Task> startAsync, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var running = new List<Task>(count);
        for (var number = 0; number < count; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond) - Stopwatch.GetElapsedTime(start);
            if (due > TimeSpan.Zero)
            {
                await Task.Delay(due, cancellationToken);
            }

            running.Add(startAsync(number));
        }

        await Task.WhenAll(running);
    }
}
