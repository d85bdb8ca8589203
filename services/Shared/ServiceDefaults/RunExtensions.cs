using Microsoft.Extensions.Hosting;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.ServiceDefaults;

/// <summary>Runs a service until it is told to stop.</summary>
public static class RunExtensions
{
    /// <summary>
    /// Runs <paramref name="host"/>; when its configuration is wrong, says so on standard error, every mistake on a line of its own,
    /// instead of starting.
    /// </summary>
    /// <returns>The exit code: 0 after a normal stop, 78 (<c>EX_CONFIG</c> of sysexits.h) when the configuration is wrong.</returns>
    public static Task<int> RunServiceAsync(this IHost host) => host.RunServiceAsync(async () =>
    {
        await host.RunAsync();
        return 0;
    });

    /// <summary>The same for a service that ends by itself: <paramref name="run"/> starts it, stops it and gives the exit code.</summary>
    public static Task<int> RunServiceAsync(this IHost host, Func<Task<int>> run)
    {
        // Before the host does it, which would log it with all its innards.
        if (ConfigurationMistakes.Of(host.Services) is { Count: > 0 } mistakes)
        {
            Console.Error.WriteLine("Not started, the configuration needs a change:");
            foreach (var mistake in mistakes)
            {
                Console.Error.WriteLine("  " + mistake);
            }

            return Task.FromResult(78);
        }

        return run();
    }
}
