using System.Globalization;
using Microsoft.Extensions.Configuration;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>The emulated Sync Gateway as a process.</summary>
internal static class SyncGatewayProcess
{
    private const string FileSetting = SyncGatewayEmulatorOptions.Section + ":" + nameof(SyncGatewayEmulatorOptions.ConfigurationFile);

    private static readonly Dictionary<string, string> Switches = new() { ["--config"] = FileSetting, ["-config"] = FileSetting };

    /// <summary>Runs until the process is asked to stop.</summary>
    /// <param name="arguments">
    /// <c>--config FILE</c> with the configuration of a real Sync Gateway, and settings such as
    /// <c>--Emulators:SyncGateway:PublicPort=0</c>.
    /// Environment variables work too.
    /// </param>
    public static Task<int> RunAsync(string[] arguments) => EmulatorProcess.RunAsync(
        ReadSettings(arguments),
        (options, loggers) => SyncGatewayEmulator.StartAsync(options, loggers),
        emulator =>
        [
            ("Sync Gateway, public", emulator.PublicUrl),
            ("Sync Gateway, admin", emulator.AdminUrl),
            ("Sync Gateway, metrics", emulator.MetricsUrl),
            ("Sync Gateway, control", emulator.ControlUrl),
        ]);

    public static EmulatorSettings<SyncGatewayEmulatorOptions> ReadSettings(string[] arguments) =>
        new(SyncGatewayEmulatorOptions.Section, arguments, Switches, UseInterfacesOfFile);

    /// <summary>Listens where the configuration file says, unless a setting says otherwise.</summary>
    private static void UseInterfacesOfFile(IConfiguration settings, ICollection<string> errors)
    {
        if (settings[FileSetting] is not { } file)
        {
            return;
        }

        try
        {
            var server = ConfigurationFile.Load(file);
            foreach (var (name, given) in new[] { ("Public", server.Interface), ("Admin", server.AdminInterface), ("Metrics", server.MetricsInterface) })
            {
                var (address, port) =
                    ($"{SyncGatewayEmulatorOptions.Section}:{name}Address", $"{SyncGatewayEmulatorOptions.Section}:{name}Port");
                if (given is not null && settings[port] is null && settings[address] is null && settings[SyncGatewayEmulatorOptions.Section + ":Address"] is null)
                {
                    var endpoint = ConfigurationFile.Endpoint(given);
                    settings[address] = endpoint.Address;
                    settings[port] = endpoint.Port.ToString(CultureInfo.InvariantCulture);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            errors.Add($"{FileSetting}: {error.Message}");
        }
    }
}
