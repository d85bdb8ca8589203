using System.Diagnostics;

namespace OfflineActions.Benchmarks.Emulator;

/// <summary>The emulator as a process of its own, as users start it.</summary>
internal sealed class EmulatorProgram : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "OfflineActions.SyncGatewayEmulatorTool.dll");

    private readonly Process process;

    private EmulatorProgram(Process process, Uri url)
    {
        this.process = process;
        Url = url;
    }

    /// <summary>The public port.</summary>
    public Uri Url { get; }

    /// <summary>Processor time of the process until now.</summary>
    public TimeSpan ProcessorTime => Refreshed().TotalProcessorTime;

    /// <summary>Physical memory, in bytes.</summary>
    public long WorkingSet => Refreshed().WorkingSet64;

    /// <summary>Starts the program; it accepts requests when this method returns.</summary>
    public static async Task<EmulatorProgram> StartAsync()
    {
        string[] ports = ["Public", "Admin", "Control"];
        var process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. ports.Select(port => $"--Emulators:SyncGateway:{port}Port=0")])
        {
            RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The emulator did not start.");
        return new(process, new(line[line.IndexOf("http", StringComparison.Ordinal)..]));
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private Process Refreshed()
    {
        process.Refresh();
        return process;
    }
}
