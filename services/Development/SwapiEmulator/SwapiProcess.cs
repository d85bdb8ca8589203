using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>The emulated SWAPI as a process.</summary>
internal static class SwapiProcess
{
    /// <summary>Runs until the process is asked to stop.</summary>
    /// <param name="arguments">Settings such as <c>--Emulators:Swapi:Port=0</c>. Environment variables work too.</param>
    public static Task<int> RunAsync(string[] arguments) => EmulatorProcess.RunAsync(
        ReadSettings(arguments),
        (options, loggers) => SwapiEmulator.StartAsync(options, loggers),
        emulator => [("SWAPI", emulator.Url), ("SWAPI, control", emulator.ControlUrl)]);

    public static EmulatorSettings<SwapiEmulatorOptions> ReadSettings(string[] arguments) => new(SwapiEmulatorOptions.Section, arguments);
}
