namespace OfflineActions.Tests.Chaos;

/// <summary>Time that belongs to the story a case tells ("the broker stays away for five seconds"), not to waiting for a result.</summary>
internal static class Scenario
{
    /// <summary>Lets a situation last for so many seconds.</summary>
    public static Task LastsAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits until something is so, looking again every so many milliseconds; when patience is at an end the case fails, with what was waited for.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, int every = 100)
    {
        var deadline = DateTime.UtcNow + ChaosSettings.Patience;
        while (!await condition())
        {
            Assert.That(DateTime.UtcNow, Is.LessThan(deadline), $"Waited in vain until {what}.");
            await Task.Delay(every);
        }
    }
}
