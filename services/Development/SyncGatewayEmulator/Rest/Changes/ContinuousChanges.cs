using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>The continuous changes feed: one row per line, and an empty line when the client has caught up.</summary>
internal static class ContinuousChanges
{
    private const int BatchSize = 20;

    public static async Task AnswerAsync(RequestContext context, ChangesRequest request)
    {
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.CacheControl = ChangesResource.Uncached;
        var output = new Utf8Buffer(4096);
        await FollowAsync(context, request, new(context, request, ChangesFraming.Lines), output, caughtUp =>
        {
            _ = caughtUp ? output.Append((byte)'\n') : output;
            return SendAsync(context, output);
        });
    }

    /// <summary>
    /// Reads rows into <paramref name="output"/> until the timeout, the limit, or the end of the database. <paramref name="send"/> sends
    /// the
    /// buffered rows; its argument is true when the client has caught up and for heartbeats.
    /// </summary>
    public static async Task FollowAsync(
        RequestContext context, ChangesRequest request, ChangesReader reader, Utf8Buffer output, Func<bool, Task> send)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(context.Cancelled, context.Database.Closed);
        while (!reader.IsFull && !waiting.IsCancellationRequested)
        {
            var (more, sent) = (true, reader.Sent);
            while (more)
            {
                more = reader.Read(output, BatchSize);
                if (reader.Sent > sent && (!more || reader.Sent - sent >= BatchSize))
                {
                    await send(false);
                    sent = reader.Sent;
                }
            }

            if (reader.IsFull)
            {
                return;
            }

            await send(true);
            if (!await WaitForChangeAsync(context, request, reader, send, waiting.Token))
            {
                return;
            }
        }
    }

    private static async Task SendAsync(RequestContext context, Utf8Buffer output)
    {
        await context.Response.Body.WriteAsync(output.Memory, context.Cancelled);
        await context.Response.Body.FlushAsync(context.Cancelled);
        output.Truncate(0);
    }

    private static async Task<bool> WaitForChangeAsync(
        RequestContext context, ChangesRequest request, ChangesReader reader, Func<bool, Task> send, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(request.Timeout);
        var change = context.Database.Sequences.WaitForChangeAsync(reader.Position, reader.Low, timeout.Token);
        while (request.Heartbeat is { } beat && await Task.WhenAny(change, Task.Delay(beat, timeout.Token)) != change)
        {
            if (timeout.IsCancellationRequested)
            {
                return false;
            }

            await send(true);
        }

        await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Cancelled.ThrowIfCancellationRequested();
        return !timeout.IsCancellationRequested;
    }
}
