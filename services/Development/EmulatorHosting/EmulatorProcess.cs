using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OfflineActions.Emulators.Hosting;

/// <summary>Runs one emulator as a process of its own.</summary>
internal static class EmulatorProcess
{
    private const int CannotStart = 1;

    /// <summary><c>EX_CONFIG</c> of sysexits.h.</summary>
    private const int Misconfigured = 78;

    /// <summary>Starts the emulator, prints the address of each port, and runs until SIGTERM or Ctrl-C.</summary>
    /// <param name="settings">The settings of the process.</param>
    /// <param name="start">Starts the emulator.</param>
    /// <param name="ports">The name and address of each port; a null address is a port that is switched off.</param>
    /// <returns>
    /// The exit code: 0 after a normal stop, 78 when the configuration is wrong, 1 when a port is taken. Errors go to standard error.
    /// </returns>
    public static async Task<int> RunAsync<TOptions, TEmulator>(
        EmulatorSettings<TOptions> settings,
        Func<TOptions, ILoggerFactory, Task<TEmulator>> start,
        Func<TEmulator, IEnumerable<(string Name, Uri? Url)>> ports)
        where TOptions : class, new()
        where TEmulator : IAsyncDisposable
    {
        if (settings.Errors.Count > 0)
        {
            return await ReportAsync(settings.Errors);
        }

        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
            .AddFilter("OfflineActions", LogLevel.Information);
        using var host = builder.Build();
        try
        {
            await host.StartAsync();
            await using var emulator = await start(settings.Options, host.Services.GetRequiredService<ILoggerFactory>());
            foreach (var (name, url) in ports(emulator).Where(port => port.Url is not null))
            {
                Console.WriteLine($"{name}: {url}");
            }

            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (InvalidOperationException error)
        {
            // For example a sync function with a syntax error.
            return await ReportAsync([error.Message]);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await Console.Error.WriteLineAsync($"Could not start: {error.Message}");
            return CannotStart;
        }
    }

    private static async Task<int> ReportAsync(IEnumerable<string> errors)
    {
        await Console.Error.WriteLineAsync("Not started, the configuration needs a change:");
        foreach (var error in errors)
        {
            await Console.Error.WriteLineAsync("  " + error);
        }

        return Misconfigured;
    }
}
