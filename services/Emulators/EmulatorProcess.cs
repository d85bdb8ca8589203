using Emulators.SyncGateway.Configuration;
using Microsoft.Extensions.Options;

namespace Emulators;

/// <summary>The emulators as a process of their own.</summary>
public static class EmulatorProcess
{
    private const string File = SyncGatewayEmulatorOptions.Section + ":" + nameof(SyncGatewayEmulatorOptions.ConfigurationFile);

    private static readonly Dictionary<string, string> Switches = new() { ["--config"] = File, ["-config"] = File };

    /// <summary>Runs what the configuration switches on, until the process is asked to stop.</summary>
    /// <param name="args">
    /// <c>--config FILE</c> with the configuration of a real Sync Gateway; settings, for example <c>--Emulators:SyncGateway:Enabled=false</c>; environment variables
    /// work too.
    /// </param>
    /// <returns>The exit code: 1 when it could not start, with a line on standard error for each reason.</returns>
    public static async Task<int> Run(string[] args)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables().AddCommandLine(args, Switches);
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
            TakeInterfaces(builder.Configuration);
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

    /// <summary>Where the file says where to listen, that counts, unless a setting says otherwise.</summary>
    private static void TakeInterfaces(ConfigurationManager settings)
    {
        if (settings[File] is not { } file)
        {
            return;
        }

        var server = ConfigurationFile.Load(file);
        foreach (var (name, given) in new[] { ("Public", server.Interface), ("Admin", server.AdminInterface) })
        {
            var (address, port) = ($"{SyncGatewayEmulatorOptions.Section}:{name}Address", $"{SyncGatewayEmulatorOptions.Section}:{name}Port");
            if (given is not null && settings[port] is null && settings[address] is null && settings[SyncGatewayEmulatorOptions.Section + ":Address"] is null)
            {
                var endpoint = ConfigurationFile.Endpoint(given);
                settings[address] = endpoint.Address;
                settings[port] = endpoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
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
