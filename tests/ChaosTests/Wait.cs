namespace OfflineActions.Tests.Chaos;

/// <summary>Waits in chaos cases.</summary>
internal static class Wait
{
    /// <summary>Keeps an outage up for some seconds. Not for results: those have a condition.</summary>
    public static Task ForSecondsAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds));

    /// <summary>
    /// Checks a condition every <paramref name="every"/> milliseconds until it holds; fails the case after the deadline, or
    /// <paramref name="deadlines"/> of them.
    /// </summary>
    public static async Task UntilAsync(string description, Func<Task<bool>> condition, int every = 100, int deadlines = 1)
    {
        var deadline = DateTime.UtcNow + (deadlines * ChaosSettings.Timeout);
        while (!await condition())
        {
            Assert.That(DateTime.UtcNow, Is.LessThan(deadline), $"Timed out waiting until {description}.");
            await Task.Delay(every);
        }
    }
}
