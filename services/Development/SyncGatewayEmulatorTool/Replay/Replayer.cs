using System.Net.Sockets;
using OfflineActions.Emulators.Recording;

namespace OfflineActions.Emulators.Replay;

/// <summary>Sends the requests of a recording to a running Sync Gateway, and compares its answers.</summary>
internal sealed class Replayer(ReplayOptions options)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly LearnedValues values = new(options.Passwords);

    /// <summary>
    /// Sends the requests in the order in which they began. Each waits for the answers that were there when it was sent first; so a
    /// feed that waits and the write that it waits for are sent as they were.
    /// </summary>
    /// <param name="exchanges">The recording.</param>
    /// <param name="cancellationToken">Ends the replay.</param>
    /// <returns>For each exchange the differences.</returns>
    /// <exception cref="SocketException">The server cannot be reached.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">Its certificate is not trusted.</exception>
    public async Task<IReadOnlyList<Replayed>> RunAsync(IReadOnlyList<Exchange> exchanges, CancellationToken cancellationToken)
    {
        foreach (var server in exchanges.Select(exchange => options.AddressOf(exchange.Port)).Distinct())
        {
            (await ServerConnection.OpenAsync(server, cancellationToken)).Dispose();
        }

        var all = new List<Task<Replayed>>();
        var open = new List<(Exchange Exchange, Task<Replayed> Task)>();
        foreach (var exchange in exchanges)
        {
            await Task.WhenAll(open.Where(other => other.Exchange.Until <= exchange.At).Select(other => other.Task));
            open.RemoveAll(other => other.Task.IsCompleted);
            if (open.Count > 0)
            {
                // Those that were sent while others waited came some time after them.
                var pause = TimeSpan.FromMilliseconds(exchange.At - open[^1].Exchange.At);
                await Task.WhenAny(
                    Task.WhenAll(open.Select(other => other.Task)),
                    Task.Delay(pause < LongestPause ? pause : LongestPause, cancellationToken));
            }

            var task = ReplayAsync(exchange, cancellationToken);
            open.Add((exchange, task));
            all.Add(task);
        }

        return await Task.WhenAll(all);
    }

    private async Task<Replayed> ReplayAsync(Exchange exchange, CancellationToken cancellationToken)
    {
        if (exchange.Request.Body?.LeftOut is not null)
        {
            return new(exchange, null, "not sent: the recording does not hold its body");
        }

        var limit = TimeSpan.FromMilliseconds(exchange.Ms) + options.Patience;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        try
        {
            var server = options.AddressOf(exchange.Port);
            var answer = await ReplayConnection.SendAsync(server, exchange, values.Apply(exchange.Request), timeout.Token);
            return exchange is { Answer: null, Ended: ExchangeEnd.Client or ExchangeEnd.Recorder }
                ? new(exchange, null, "its answer was not waited for in the recording")
                : new(exchange, new Comparison(options, values).Find(exchange, answer));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return exchange is { Answer: null, Ended: ExchangeEnd.Client or ExchangeEnd.Recorder }
                ? new(exchange, null, "its answer was not waited for in the recording")
                : new(exchange, [$"no end of the answer within {limit.TotalSeconds:0.#} s"]);
        }
        catch (Exception error) when (error is IOException or SocketException or InvalidDataException)
        {
            return new(exchange, exchange is { Answer: null, Ended: ExchangeEnd.Server } ? [] : [$"the connection broke: {error.Message}"]);
        }
    }
}

/// <summary>An exchange after its replay.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="Differences">The differences; none when the answers are the same, null when there was nothing to compare.</param>
/// <param name="Note">Why there was nothing to compare.</param>
internal sealed record Replayed(Exchange Exchange, IReadOnlyList<string>? Differences, string? Note = null);
