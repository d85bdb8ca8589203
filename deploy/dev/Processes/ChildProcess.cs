using System.ComponentModel;
using System.Diagnostics;

namespace OfflineActions.Dev;

/// <summary>A process that never outlives this one, even if this one is killed (except on Windows, where only disposing ends it).</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // The program takes the place of this shell, so its id is known. What stays behind is a subshell that waits for the end of our
    // pipe, which comes with our death however we die. Ctrl-C is ignored: the terminal sends it to everyone, but who stops first is
    // for the parent to say.
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
        process.StartInfo = Describe(options);
        process.OutputDataReceived += (_, line) => Received(line.Data);
        process.ErrorDataReceived += (_, line) => Received(line.Data);
    }

    /// <summary>The id of the program itself, also where a shell has launched it.</summary>
    public int Id => process.Id;

    /// <summary>What it wrote last.</summary>
    public OutputTail Output { get; } = new();

    /// <summary>Ends with the exit code when the process has ended and all its output has been read; a signal n gives 128 + n.</summary>
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
            throw new InvalidOperationException($"{options.Name}: '{options.Program}' could not be started: {error.Message}", error);
        }

        if (!options.InForeground)
        {
            child.process.BeginOutputReadLine();
            child.process.BeginErrorReadLine();
        }

        child.Exited = child.WaitForExitAsync();
        return child;
    }

    /// <summary>Starts a program in the foreground and gives its exit code; when cancelled it is asked to end first.</summary>
    public static async Task<int> RunAsync(ChildProcessOptions options, CancellationToken cancellationToken)
    {
        await using var child = Start(options with { InForeground = true });
        try
        {
            return await child.Exited.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return await child.TerminateAsync(TimeSpan.FromSeconds(45));
        }
    }

    /// <summary>Ends it at once (SIGKILL), as a crash or the system's memory guard would; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (!Exited.IsCompleted)
        {
            process.Kill(entireProcessTree: options.EndsWithDescendants);
        }

        await Exited;
    }

    /// <summary>Asks it to end (SIGTERM; on Windows, and together with its descendants, it is killed) and gives its exit code.</summary>
    /// <exception cref="TimeoutException">It did not end in time, and has been killed.</exception>
    public async Task<int> TerminateAsync(TimeSpan within)
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
            return await Exited.WaitAsync(within);
        }
        catch (TimeoutException)
        {
            await KillAsync();
            throw new TimeoutException($"{options.Name} did not stop within {within.TotalSeconds:0} s.\n{Output.Last(20)}");
        }
    }

    /// <summary>Freezes it (SIGSTOP): its sockets stay open, and nobody answers.</summary>
    public void Pause() => Signal.Stop(Id);

    /// <summary>Lets a frozen process go on (SIGCONT).</summary>
    public void Resume() => Signal.Continue(Id);

    /// <summary>Ends it at once if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    private static ProcessStartInfo Describe(ChildProcessOptions options)
    {
        var launched = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(options.Program, options.Arguments)
            : new ProcessStartInfo("/bin/sh", ["-c", Launcher, "sh", options.Program, .. options.Arguments]);
        launched.RedirectStandardInput = true;
        launched.RedirectStandardOutput = !options.InForeground;
        launched.RedirectStandardError = !options.InForeground;
        launched.WorkingDirectory = options.WorkingDirectory ?? string.Empty;

        foreach (var (name, value) in options.Environment)
        {
            launched.Environment[name] = value;
        }

        return launched;
    }

    private void Received(string? line)
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

        // Ends the subshell that guards it, before its id can belong to somebody else.
        process.StandardInput.Close();
        return process.ExitCode;
    }
}
