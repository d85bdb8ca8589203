using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using OfflineActions.Emulators.Recording;

namespace OfflineActions.Emulators.Replay;

/// <summary>Replays a recording as a process.</summary>
internal static class ReplayProcess
{
    /// <summary>Prints what differs, and how many answers are the same.</summary>
    /// <returns>The exit code, as <see cref="ExitCode"/> lists them.</returns>
    public static async Task<int> RunAsync(string path, ReplayOptions options, TextWriter output, TextWriter errors)
    {
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            var replayed = await new Replayer(options).RunAsync(RecordingFile.Read(path), stop.Token);
            return Report(replayed, output);
        }
        catch (InvalidDataException error)
        {
            await errors.WriteLineAsync(error.Message);
            return ExitCode.BadRecording;
        }
        catch (AuthenticationException error)
        {
            await errors.WriteLineAsync(error.Message);
            return ExitCode.Unreachable;
        }
        catch (SocketException error)
        {
            await errors.WriteLineAsync($"{options.Public} or {options.Admin} cannot be reached: {error.Message}");
            return ExitCode.Unreachable;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync(error.Message);
            return ExitCode.NoFile;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("Stopped before the end of the recording.");
            return ExitCode.Failed;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static int Report(IReadOnlyList<Replayed> replayed, TextWriter output)
    {
        foreach (var one in replayed.Where(one => one.Note is not null || one.Differences is { Count: > 0 }))
        {
            var request = one.Exchange.Request;
            output.WriteLine($"#{one.Exchange.N} {request.Method} {request.Target} ({one.Exchange.Port})");
            foreach (var line in one.Differences ?? [$"not compared: {one.Note}"])
            {
                output.WriteLine("    " + line);
            }
        }

        var compared = replayed.Count(one => one.Differences is not null);
        var same = replayed.Count(one => one.Differences is { Count: 0 });
        var others = compared < replayed.Count ? $", {replayed.Count - compared} not compared" : "";
        output.WriteLine($"{same} of {compared} the same{others}");
        return same == compared ? ExitCode.Done : ExitCode.Failed;
    }
}
