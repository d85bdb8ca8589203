using System.Diagnostics;
using System.Net.Sockets;

namespace OfflineActions.Dev;

/// <summary>Waits until a started process is ready.</summary>
/// <param name="name">The process's name in messages.</param>
/// <param name="process">The process; if it ends, waiting fails.</param>
/// <param name="timeout">How long to wait.</param>
/// <param name="logFile">The process's log, whose end belongs in messages beside its output.</param>
internal sealed class Readiness(string name, ChildProcess process, TimeSpan timeout, string? logFile = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Whether a GET returns a success status.</summary>
    public static async Task<bool> RespondsAsync(Uri url, CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync(url, cancellationToken);
        return response.IsSuccessStatusCode;
    }

    /// <summary>Whether a service says that it is ready and has no trouble.</summary>
    public static async Task<bool> IsHealthyAsync(Uri url, CancellationToken cancellationToken)
    {
        using var response = await Http.GetAsync(url, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode && !answer.StartsWith("""{"status":"Degraded""", StringComparison.Ordinal);
    }

    /// <summary>Repeats <paramref name="attempt"/> until it returns true. Network errors count as false.</summary>
    /// <exception cref="InvalidOperationException">The process ended.</exception>
    /// <exception cref="TimeoutException">The time is over.</exception>
    public async Task WaitAsync(Func<CancellationToken, Task<bool>> attempt, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (!await SucceedsAsync(attempt, cancellationToken))
        {
            if (process.Exited.IsCompleted)
            {
                throw new InvalidOperationException(
                    $"{name} ended with exit code {await process.Exited} before it was ready.\n{LastLines()}");
            }

            if (waited.Elapsed > timeout)
            {
                throw new TimeoutException($"{name} was not ready within {timeout.TotalSeconds:0} s.\n{LastLines()}");
            }

            await Task.WhenAny(process.Exited, Task.Delay(Interval, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private string LastLines()
    {
        var output = process.Output.Last(40);
        return logFile is not null && File.Exists(logFile)
            ? $"{output}\n{logFile}:\n{string.Join('\n', File.ReadLines(logFile).TakeLast(40))}"
            : $"{output}";
    }

    private static async Task<bool> SucceedsAsync(Func<CancellationToken, Task<bool>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await attempt(cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
