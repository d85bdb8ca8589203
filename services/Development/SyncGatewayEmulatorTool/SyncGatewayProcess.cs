using System.Globalization;
using Microsoft.Extensions.Configuration;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Hosting;
using OfflineActions.Emulators.Recording;
using OfflineActions.Emulators.Replay;

namespace OfflineActions.Emulators;

/// <summary>The emulated Sync Gateway as a process.</summary>
internal static class SyncGatewayProcess
{
    private const string FileSetting = SyncGatewayEmulatorOptions.Section + ":" + nameof(SyncGatewayEmulatorOptions.ConfigurationFile);

    private static readonly Dictionary<string, string> Switches = new() { ["--config"] = FileSetting, ["-config"] = FileSetting };

    /// <summary>Runs until the process is asked to stop, or until a recording is replayed.</summary>
    /// <param name="arguments">The arguments, which <c>--help</c> lists. Environment variables with settings work too.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var line = CommandLine.Parse(arguments);
        if (line.Help || line.Version)
        {
            await Console.Out.WriteAsync(line.Help ? CommandLineOption.Help : $"sync-gateway-emulator {ToolVersion.Text}\n");
            return ExitCode.Done;
        }

        if (line.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                string.Join('\n', line.Errors.Select(error => $"sync-gateway-emulator: {error}.").Append("--help lists the options.")));
            return ExitCode.Usage;
        }

        return line switch
        {
            { Replay: { } file } => await ReplayProcess.RunAsync(file, line.ReplayOptions, Console.Out, Console.Error),
            { Record: not null } => await EmulatorProcess.RunAsync(
                ReadSettings(line.Settings),
                (options, loggers) => RecordedGateway.StartAsync(options, line, loggers),
                gateway => gateway.Ports),
            _ => await EmulatorProcess.RunAsync(
                ReadSettings(line.Settings),
                (options, loggers) => SyncGatewayEmulator.StartAsync(options, loggers),
                emulator =>
                [
                    ("Sync Gateway, public", emulator.PublicUrl),
                    ("Sync Gateway, admin", emulator.AdminUrl),
                    ("Sync Gateway, metrics", emulator.MetricsUrl),
                    ("Sync Gateway, control", emulator.ControlUrl),
                ]),
        };
    }

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
            (string Name, string? Given)[] interfaces =
                [("Public", server.Interface), ("Admin", server.AdminInterface), ("Metrics", server.MetricsInterface)];
            var address = $"{SyncGatewayEmulatorOptions.Section}:{nameof(SyncGatewayEmulatorOptions.Address)}";
            foreach (var (name, given) in interfaces.Where(_ => settings[address] is null))
            {
                var (own, port) =
                    ($"{SyncGatewayEmulatorOptions.Section}:{name}Address", $"{SyncGatewayEmulatorOptions.Section}:{name}Port");
                if (given is not null && settings[port] is null && settings[own] is null)
                {
                    var endpoint = ConfigurationFile.Endpoint(given);
                    settings[own] = endpoint.Address;
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
