using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>The changes feed that goes on: a row to a line, an empty line when there is no more for now.</summary>
internal static class ContinuousChanges
{
    private const int BatchSize = 20;

    public static async Task AnswerAsync(RequestContext context, ChangesRequest request)
    {
        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.CacheControl = "private, max-age=0, no-cache, no-store";
        var output = new Utf8Buffer(4096);
        await FollowAsync(context, request, new(context, request, ChangesFraming.Lines), output, caughtUp =>
        {
            _ = caughtUp ? output.Append((byte)'\n') : output;
            return ChangesResource.SendAsync(context, output, context.Cancelled);
        });
    }

    /// <summary>
    /// Reads rows into <paramref name="output"/> and hands them on until the time is up, the limit reached, or the database gone.
    /// <paramref name="send"/> sends what is there; it is told true when there is nothing more for now, and as a sign of life.
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
            if (!await SomethingNewAsync(context, request, reader, send, waiting.Token))
            {
                return;
            }
        }
    }

    private static async Task<bool> SomethingNewAsync(
        RequestContext context, ChangesRequest request, ChangesReader reader, Func<bool, Task> send, CancellationToken cancellationToken)
    {
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patient.CancelAfter(request.Timeout);
        var change = context.Database.Sequences.AfterAsync(reader.Position, reader.Low, patient.Token);
        while (request.Heartbeat is { } beat && await Task.WhenAny(change, Task.Delay(beat, patient.Token)) != change)
        {
            if (patient.IsCancellationRequested)
            {
                return false;
            }

            await send(true);
        }

        await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Cancelled.ThrowIfCancellationRequested();
        return !patient.IsCancellationRequested;
    }
}
