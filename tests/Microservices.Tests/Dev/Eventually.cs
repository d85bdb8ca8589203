using System.Diagnostics;

namespace Microservices.Tests.Dev;

internal static class Eventually
{
    public static async Task<bool> Is(Func<Task<bool>> condition)
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

    public static Task<bool> Is(Func<bool> condition) => Is(() => Task.FromResult(condition()));
}
