using System.Diagnostics;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Configuration;

/// <summary>How a program that was started with some environment ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to its output.</param>
/// <param name="Errors">What it wrote to its error stream.</param>
internal sealed record Started(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Its error stream, line by line, without the blanks around.</summary>
    public IReadOnlyList<string> Lines { get; } = Errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a service until it ends by itself.</summary>
    public static async Task<Started> ProgramAsync(string service, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
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
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return new Started(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{service} runs on, although its configuration should not let it.");
        }
    }

    /// <summary>Whether some line of the error stream shows a place in code, which helps nobody who configures.</summary>
    public bool ShowsItsInnards => Lines.Concat(Output.Split('\n', StringSplitOptions.TrimEntries))
        .Any(line => line.StartsWith("at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
}
