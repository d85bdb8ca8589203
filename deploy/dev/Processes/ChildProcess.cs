using System.ComponentModel;
using System.Diagnostics;

namespace OfflineActions.Dev;

/// <summary>A child process that ends when this process ends, even by SIGKILL. (On Windows it ends only when it is disposed.)</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // The shell replaces itself with the program, which so has the shell's process id. A background subshell waits for the end of the
    // pipe from this process, which closes however this process ends, and then kills the program. The terminal sends Ctrl-C to all
    // processes; it is ignored here, because the parent decides in which order its children stop.
    private const string Launcher = """
        trap '' INT
        exec 3<&0
        ( while read -r _; do :; done; kill -KILL $$ ) <&3 3<&- >/dev/null 2>&1 &
        exec 3<&- </dev/null
        exec "$@"
        """;

    private readonly ChildProcessOptions options;
    private readonly Process process = new();

    private ChildProcess(ChildProcessOptions options)
    {
        this.options = options;
        process.StartInfo = CreateStartInfo(options);
        process.OutputDataReceived += (_, line) => HandleLine(line.Data);
        process.ErrorDataReceived += (_, line) => HandleLine(line.Data);
    }

    /// <summary>The process id of the program (not of the shell that started it).</summary>
    public int Id => process.Id;

    /// <summary>Its last output.</summary>
    public OutputTail Output { get; } = new();

    /// <summary>
    /// Completes with the exit code when the process has ended and all its output has been read. Signal n is exit code 128 + n.
    /// </summary>
    public Task<int> Exited { get; private set; } = Task.FromResult(0);

    /// <summary>Starts a process.</summary>
    /// <exception cref="InvalidOperationException">The program could not be started.</exception>
    public static ChildProcess Start(ChildProcessOptions options)
    {
        var child = new ChildProcess(options);
        try
        {
            child.process.Start();
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException($"{options.Name}: cannot start '{options.Program}': {error.Message}", error);
        }

        if (!options.InForeground)
        {
            child.process.BeginOutputReadLine();
            child.process.BeginErrorReadLine();
        }

        child.Exited = child.WaitForExitAsync();
        return child;
    }

    /// <summary>
    /// Runs a program and returns its exit code: in the foreground, unless <see cref="ChildProcessOptions.OnLine"/> is set. When it is cancelled, the program
    /// gets SIGTERM.
    /// </summary>
    public static async Task<int> RunAsync(ChildProcessOptions options, CancellationToken cancellationToken)
    {
        await using var child = Start(options with { InForeground = options.OnLine is null });
        try
        {
            return await child.Exited.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return await child.TerminateAsync(TimeSpan.FromSeconds(45));
        }
    }

    /// <summary>Kills it (SIGKILL), and returns when it has ended.</summary>
    public async Task KillAsync()
    {
        if (!Exited.IsCompleted)
        {
            process.Kill(entireProcessTree: options.EndsWithDescendants);
        }

        await Exited;
    }

    /// <summary>
    /// Sends SIGTERM and returns the exit code. On Windows, and with <see cref="ChildProcessOptions.EndsWithDescendants"/>, it is killed
    /// instead.
    /// </summary>
    /// <exception cref="TimeoutException">It did not end in time and was killed.</exception>
    public async Task<int> TerminateAsync(TimeSpan timeout)
    {
        if (OperatingSystem.IsWindows() || options.EndsWithDescendants)
        {
            await KillAsync();
        }
        else if (!process.HasExited)
        {
            Signal.Terminate(Id);
        }

        try
        {
            return await Exited.WaitAsync(timeout);
        }
        catch (TimeoutException)
        {
            await KillAsync();
            throw new TimeoutException($"{options.Name} did not stop within {timeout.TotalSeconds:0} s.\n{Output.Last(20)}");
        }
    }

    /// <summary>Freezes it (SIGSTOP): its connections stay open, but it does not respond.</summary>
    public void Pause() => Signal.Stop(Id);

    /// <summary>Continues a frozen process (SIGCONT).</summary>
    public void Resume() => Signal.Continue(Id);

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    private static ProcessStartInfo CreateStartInfo(ChildProcessOptions options)
    {
        var startInfo = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(options.Program, options.Arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", Launcher, "sh", options.Program, .. options.Arguments]);
        startInfo.RedirectStandardInput = true;
        startInfo.RedirectStandardOutput = !options.InForeground;
        startInfo.RedirectStandardError = !options.InForeground;
        startInfo.WorkingDirectory = options.WorkingDirectory ?? string.Empty;

        foreach (var (name, value) in options.Environment)
        {
            startInfo.Environment[name] = value;
        }

        return startInfo;
    }

    private void HandleLine(string? line)
    {
        if (line is not null)
        {
            Output.Add(line);
            options.OnLine?.Invoke(line);
        }
    }

    private async Task<int> WaitForExitAsync()
    {
        await process.WaitForExitAsync();

        // Ends the background subshell before the system can reuse the process id.
        process.StandardInput.Close();
        return process.ExitCode;
    }
}
