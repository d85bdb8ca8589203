using System.Diagnostics;

namespace OfflineActions.Tests.Dev;

internal static class Eventually
{
    public static async Task<bool> IsAsync(Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > (within ?? TimeSpan.FromSeconds(30)))
            {
                return false;
            }

            await Task.Delay(50);
        }

        return true;
    }

    public static Task<bool> IsAsync(Func<bool> condition, TimeSpan? within = null) => IsAsync(() => Task.FromResult(condition()), within);
}
