using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>How a process ended.</summary>
/// <param name="ExitCode">Its exit code. Signal n is 128 + n.</param>
/// <param name="Output">What it wrote; as much of it as was allowed.</param>
/// <param name="Errors">What it wrote to its standard error: the beginning and the end of it, when it is long.</param>
/// <param name="IsOutputTooLong">Whether it was killed because it wrote too much.</param>
internal sealed record EngineExit(int ExitCode, string Output, string Errors, bool IsOutputTooLong);

/// <summary>Runs a program on untrusted input: through pipes, without a shell, and until it and all it started have ended.</summary>
internal static class EngineProcess
{
    /// <summary>How much of the beginning, and of the end, of its errors is kept, in bytes.</summary>
    private const int MaxErrors = 2_048;

    /// <summary>How long the pipes of a process that has ended may take to close: a process that hides from it could hold them.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program to its end.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">All of its environment.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="maxOutput">The most that it may write to its standard output, in bytes.</param>
    /// <param name="cancellationToken">Kills it, and everything that it started.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired. The process has ended.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public static async Task<EngineExit> RunAsync(
        IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string> environment,
        ReadOnlyMemory<byte> input,
        int maxOutput,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = new Process { StartInfo = CreateStartInfo(command, environment) };
        process.Start();
        var id = process.Id;
        try
        {
            await using var killing = cancellationToken.Register(() => Kill(process, id));
            var writing = WriteAsync(process.StandardInput.BaseStream, input);
            var output = ReadAsync(process.StandardOutput.BaseStream, maxOutput, () => Kill(process, id));
            var errors = ReadEndsAsync(process.StandardError.BaseStream);
            await process.WaitForExitAsync(CancellationToken.None);

            // What it started could hold its pipes open.
            Kill(process, id);
            await Task.WhenAll(writing, output, errors).WaitAsync(Grace, CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            var (text, isTooLong) = await output;
            return new EngineExit(process.ExitCode, text, await errors, isTooLong);
        }
        catch (TimeoutException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException("A process that it started holds its pipes open.");
        }
        finally
        {
            if (!process.HasExited)
            {
                Kill(process, id);
            }
        }
    }

    private static ProcessStartInfo CreateStartInfo(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetPathRoot(Environment.CurrentDirectory),
        };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task WriteAsync(Stream pipe, ReadOnlyMemory<byte> input)
    {
        try
        {
            await using (pipe)
            {
                await pipe.WriteAsync(input);
            }
        }
        catch (IOException)
        {
            // It ended without reading all of it. Its exit code says why.
        }
    }

    /// <summary>Reads a pipe to its end, and keeps only its beginning.</summary>
    private static async Task<(string Text, bool IsTooLong)> ReadAsync(Stream pipe, int max, Action whenFull)
    {
        var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        var isTooLong = false;
        while (await pipe.ReadAsync(buffer) is > 0 and var read)
        {
            var room = max - (int)kept.Length;
            kept.Write(buffer, 0, Math.Min(read, room));
            if (read > room && !isTooLong)
            {
                isTooLong = true;
                whenFull();
            }
        }

        return (Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length), isTooLong);
    }

    /// <summary>Reads a pipe to its end, and keeps both ends of it. A picture decides how many warnings come before the error.</summary>
    private static async Task<string> ReadEndsAsync(Stream pipe)
    {
        var (start, end) = (new MemoryStream(), new byte[MaxErrors]);
        var buffer = new byte[16 * 1024];
        var (kept, isCut) = (0, false);
        while (await pipe.ReadAsync(buffer) is > 0 and var read)
        {
            var first = Math.Min(read, MaxErrors - (int)start.Length);
            start.Write(buffer, 0, first);
            var rest = buffer.AsSpan(first..read);
            isCut |= kept + rest.Length > MaxErrors;
            rest = rest[Math.Max(0, rest.Length - MaxErrors)..];
            var older = Math.Min(kept, MaxErrors - rest.Length);
            end.AsSpan(kept - older, older).CopyTo(end);
            rest.CopyTo(end.AsSpan(older));
            kept = older + rest.Length;
        }

        start.Write(isCut ? " … "u8 : []);
        start.Write(end, 0, kept);
        return Encoding.UTF8.GetString(start.GetBuffer(), 0, (int)start.Length);
    }

    /// <summary>Kills it and its descendants, also those whose parent has ended: they are in its process group.</summary>
    private static void Kill(Process process, int id)
    {
        if (!OperatingSystem.IsWindows())
        {
            // Its group has its id, if it leads one, as the program timeout does. Otherwise nothing happens.
            _ = SendSignal(-id, SigKill);
        }

        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private const int SigKill = 9;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
