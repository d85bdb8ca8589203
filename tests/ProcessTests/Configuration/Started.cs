using System.Diagnostics;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Configuration;

/// <summary>A program that was started and has ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record Started(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>The trimmed lines of its standard error.</summary>
    public IReadOnlyList<string> Lines { get; } = Errors.Split(
        '\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a program until it ends by itself.</summary>
    public static async Task<Started> ProgramAsync(
        string service, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Repository.DotNet, ["exec", Repository.Program(service), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new Started(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{service} did not end, although its configuration has errors.");
        }
    }

    /// <summary>Whether its output has a stack trace.</summary>
    public bool HasStackTrace => Lines.Concat(Output.Split('\n', StringSplitOptions.TrimEntries))
        .Any(line => line.StartsWith("at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
}
