using System.Net.Sockets;

namespace OfflineActions.Emulators;

/// <summary>The emulators as a process of their own.</summary>
public static class EmulatorProcess
{
    private const int CannotStart = 1;

    /// <summary><c>EX_CONFIG</c> of sysexits.h.</summary>
    private const int Misconfigured = 78;

    /// <summary>Runs what the configuration switches on, until the process is asked to stop.</summary>
    /// <param name="args">
    /// <c>--config FILE</c> with the configuration of a real Sync Gateway; settings, for example <c>--Emulators:SyncGateway:Enabled=false</c>; environment variables
    /// work too.
    /// </param>
    /// <returns>The exit code: 78 when the configuration is wrong, 1 when it could not start for another reason, a port that is taken say. Standard error tells.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var settings = EmulatorSettings.Of(args);
        if (settings.Mistakes.Count > 0)
        {
            return await RefuseAsync(settings.Mistakes);
        }

        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        using var host = builder.Build();
        var loggers = host.Services.GetRequiredService<ILoggerFactory>();
        try
        {
            await host.StartAsync();
            await using var syncGateway = settings.SyncGateway.Enabled ? await SyncGatewayEmulator.StartAsync(settings.SyncGateway, loggers) : null;
            Announce("Sync Gateway, public", syncGateway?.PublicUrl);
            Announce("Sync Gateway, admin", syncGateway?.AdminUrl);
            Announce("Sync Gateway, metrics", syncGateway?.MetricsUrl);
            Announce("Sync Gateway, control", syncGateway?.ControlUrl);
            await using var swapi = settings.Swapi.Enabled ? await SwapiEmulator.StartAsync(settings.Swapi, loggers) : null;
            Announce("SWAPI", swapi?.Url);
            Announce("SWAPI, control", swapi?.ControlUrl);
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (InvalidOperationException error)
        {
            // A sync function that is none, say.
            return await RefuseAsync([error.Message]);
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
            await Console.Error.WriteLineAsync($"Emulators could not start: {error.Message}");
            return CannotStart;
        }
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> mistakes)
    {
        await Console.Error.WriteLineAsync("Not started, the configuration needs a change:");
        foreach (var mistake in mistakes)
        {
            await Console.Error.WriteLineAsync("  " + mistake);
        }

        return Misconfigured;
    }

    private static void Announce(string what, Uri? url)
    {
        if (url is not null)
        {
            Console.WriteLine($"{what}: {url}");
        }
    }
}
