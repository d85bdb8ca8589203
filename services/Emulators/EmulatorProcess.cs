using Microsoft.Extensions.Options;

namespace Emulators;

/// <summary>The emulators as a process of their own.</summary>
public static class EmulatorProcess
{
    /// <summary>Runs what the configuration switches on, until the process is asked to stop.</summary>
    /// <param name="args">Settings, for example <c>--Emulators:SyncGateway:Enabled=false</c>; environment variables work too.</param>
    /// <returns>The exit code: 1 when it could not start, with a line on standard error for each reason.</returns>
    public static async Task<int> Run(string[] args)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables().AddCommandLine(args);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddOptions<SyncGatewayEmulatorOptions>()
            .BindConfiguration(SyncGatewayEmulatorOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<SwapiEmulatorOptions>()
            .BindConfiguration(SwapiEmulatorOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        using var host = builder.Build();
        try
        {
            // Before the host does it, which would log it with all its innards.
            host.Services.GetRequiredService<IStartupValidator>().Validate();
            await host.StartAsync();
            await using var syncGateway = await StartSyncGateway(host.Services);
            await using var swapi = await StartSwapi(host.Services);
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception error) when (error is IOException or OptionsValidationException or AggregateException or FormatException or InvalidOperationException)
        {
            foreach (var mistake in error is AggregateException several ? several.InnerExceptions : [error])
            {
                await Console.Error.WriteLineAsync($"Emulators could not start: {mistake.Message}");
            }

            return 1;
        }
    }

    private static async Task<SyncGatewayEmulator?> StartSyncGateway(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<SyncGatewayEmulatorOptions>>().Value;
        if (!options.Enabled)
        {
            return null;
        }

        var emulator = await SyncGatewayEmulator.StartAsync(options, services.GetRequiredService<ILoggerFactory>());
        Announce("Sync Gateway, public", emulator.PublicUrl);
        Announce("Sync Gateway, admin", emulator.AdminUrl);
        Announce("Sync Gateway, control", emulator.ControlUrl);
        return emulator;
    }

    private static async Task<SwapiEmulator?> StartSwapi(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<SwapiEmulatorOptions>>().Value;
        if (!options.Enabled)
        {
            return null;
        }

        var emulator = await SwapiEmulator.StartAsync(options, services.GetRequiredService<ILoggerFactory>());
        Announce("SWAPI", emulator.Url);
        Announce("SWAPI, control", emulator.ControlUrl);
        return emulator;
    }

    private static void Announce(string what, Uri? url)
    {
        if (url is not null)
        {
            Console.WriteLine($"{what}: {url}");
        }
    }
}
