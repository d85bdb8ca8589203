using System.Diagnostics;

namespace OfflineActions.Tests.Dev;

internal static class Eventually
{
    public static async Task<bool> IsAsync(Func<Task<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > TimeSpan.FromSeconds(30))
            {
                return false;
            }

            await Task.Delay(50);
        }

        return true;
    }

    public static Task<bool> IsAsync(Func<bool> condition) => IsAsync(() => Task.FromResult(condition()));
}
