using System.Diagnostics;

namespace OfflineActions.Dev;

/// <summary>Waits until a process that has been started can be used.</summary>
/// <param name="name">What messages call the process.</param>
/// <param name="process">Whose end is the end of waiting.</param>
/// <param name="within">How long it may take.</param>
internal sealed class Readiness(string name, ChildProcess process, TimeSpan within)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Whether a GET is answered with success.</summary>
    public static async Task<bool> AnswersAsync(Uri url, CancellationToken cancellationToken)
    {
        using var answer = await Http.GetAsync(url, cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Tries until it works, the process ends, or time is up. An attempt that fails by the network only means: not yet.</summary>
    public async Task WaitAsync(Func<CancellationToken, Task<bool>> attempt, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (!await SucceedsAsync(attempt, cancellationToken))
        {
            if (process.Exited.IsCompleted)
            {
                throw new InvalidOperationException($"{name} ended with exit code {await process.Exited} before it was ready.\n{process.Output.Last(40)}");
            }

            if (waited.Elapsed > within)
            {
                throw new TimeoutException($"{name} was not ready within {within.TotalSeconds:0} s.\n{process.Output.Last(40)}");
            }

            await Task.WhenAny(process.Exited, Task.Delay(Pause, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async Task<bool> SucceedsAsync(Func<CancellationToken, Task<bool>> attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await attempt(cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or System.Net.Sockets.SocketException or TaskCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}
