using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OfflineActions.ServiceDefaults.Configuration;

namespace OfflineActions.ServiceDefaults;

/// <summary>Runs a service and gives its exit code.</summary>
public static class RunExtensions
{
    // As sysexits.h defines them.
    private const int SoftwareError = 70;
    private const int ConfigurationError = 78;

    /// <summary>Whether <see cref="RunServiceAsync(IHost)"/> will refuse to start <paramref name="host"/>.</summary>
    public static bool HasConfigurationErrors(this IHost host) => ConfigurationErrors.Find(host.Services).Count > 0;

    /// <summary>
    /// Runs <paramref name="host"/> until it is stopped. When its configuration has errors, it does not start, and all errors are written
    /// to standard error, one a line.
    /// </summary>
    /// <returns>The exit code: 0 after a normal stop, 70 after a background service failed, 78 when the configuration has errors.</returns>
    public static Task<int> RunServiceAsync(this IHost host) => host.RunServiceAsync(async () =>
    {
        await host.RunAsync();
        return 0;
    });

    /// <summary>The same for a service that ends by itself: <paramref name="run"/> starts it, stops it and gives the exit code.</summary>
    public static async Task<int> RunServiceAsync(this IHost host, Func<Task<int>> run)
    {
        // Before the host validates them, because the host would log stack traces.
        if (ConfigurationErrors.Find(host.Services) is { Count: > 0 } errors)
        {
            await Console.Error.WriteLineAsync("Not started, the configuration needs a change:");
            foreach (var error in errors)
            {
                await Console.Error.WriteLineAsync("  " + error);
            }

            return ConfigurationError;
        }

        // The host stops when a background service fails, but returns as after a normal stop. Its services are disposed by then.
        var background = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
        using var heap = new IdleHeap(
            host.Services.GetService<TimeProvider>() ?? TimeProvider.System, host.Services.GetRequiredService<ILogger<IdleHeap>>());
        var exitCode = await run();
        return exitCode == 0 && background.Any(service => service.ExecuteTask?.IsFaulted is true) ? SoftwareError : exitCode;
    }
}
