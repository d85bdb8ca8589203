using System.Globalization;
using System.Runtime.Versioning;
using OfflineActions.Dev.Testing;

namespace OfflineActions.Dev.Profiling;

/// <summary>A recording of Linux's <c>perf</c>: every processor is asked 999 times a second what it does.</summary>
[SupportedOSPlatform("linux")]
internal sealed class PerfRecording : IAsyncDisposable
{
    private const string Package = "linux-perf";
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly string file;
    private readonly ChildProcess recorder;

    private PerfRecording(string file)
    {
        this.file = file;
        recorder = Run("perf record", ["record", "--all-cpus", "--freq", "999", "-g", "--output", file], onLine: null);
    }

    /// <summary>Installs perf where it is missing and that is possible.</summary>
    /// <exception cref="InvalidOperationException">It is missing; the message says how to get it.</exception>
    public static async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var version = Run("perf", ["--version"], onLine: null);
        if (await version.Exited.WaitAsync(cancellationToken) == 0)
        {
            return;
        }

        if (!DebianPackage.CanBeInstalled)
        {
            throw new InvalidOperationException($"The profile needs perf. On Debian: sudo apt-get install {Package}");
        }

        await DebianPackage.InstallAsync(Package, cancellationToken);
    }

    /// <summary>Starts recording.</summary>
    /// <param name="file">Receives the samples.</param>
    public static PerfRecording Start(string file) => new(file);

    /// <summary>Ends the recording and reads it.</summary>
    /// <param name="processes">The ids of the processes whose samples count. They must still run, so that perf finds the names of their methods.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidOperationException">perf failed, for example because the user may not record; the message has its output.</exception>
    public async Task<SampledAreas> StopAsync(IEnumerable<int> processes, CancellationToken cancellationToken)
    {
        await recorder.TerminateAsync(StopTimeout);
        var samples = new SampledAreas();
        var ids = string.Join(',', processes.Select(process => process.ToString(CultureInfo.InvariantCulture)));
        await using var script = Run("perf script", ["script", "--input", file, "--pid", ids, "-F", "pid,ip,sym,dso"], samples.Add);
        if (await script.Exited.WaitAsync(cancellationToken) != 0)
        {
            throw new InvalidOperationException($"perf could not record:\n{recorder.Output.Last(5)}\n{script.Output.Last(5)}");
        }

        samples.Complete();
        return samples;
    }

    public async ValueTask DisposeAsync()
    {
        await recorder.DisposeAsync();
        File.Delete(file);
    }

    private static ChildProcess Run(string name, IReadOnlyList<string> arguments, Action<string>? onLine) =>
        ChildProcess.Start(new ChildProcessOptions { Name = name, Program = "perf", Arguments = arguments, OnLine = onLine });
}
