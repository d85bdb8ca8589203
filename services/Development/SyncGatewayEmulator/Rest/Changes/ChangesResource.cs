using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>The changes feed, normal and longpoll.</summary>
internal static class ChangesResource
{
    private const int BatchSize = 500;

    public static async Task AnswerAsync(RequestContext context)
    {
        var request = await ChangesRequest.ReadAsync(context);
        if (request.Feed is "continuous" or "websocket")
        {
            await (request.Feed == "continuous" ? ContinuousChanges.AnswerAsync(context, request) : WebSocketChanges.AnswerAsync(context));
            return;
        }

        if (!context.Accepts("application/json"))
        {
            throw new HttpError(406, "only application/json available");
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(context.Cancelled, context.Database.Closed);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "private, max-age=0, no-cache, no-store";
        var output = new Utf8Buffer(4096).Append("{\"results\":[\r\n"u8);
        if (request.Feed == "longpoll")
        {
            await SendAsync(context, output, waiting.Token);
            request = context.Emulator.Faults.SingleRowLongpolls ? request.WithLimit(1) : request;
        }

        var reader = new ChangesReader(context, request, ChangesFraming.Whole);
        await RowsAsync(context, request, reader, output, waiting.Token);
        if (reader.Sent == 0 && request.Feed == "longpoll")
        {
            await WaitAsync(context, request, reader, output, waiting.Token);
        }

        output.Append("],\n\"last_seq\":"u8).Text(reader.LastSequence).Append("}\n"u8);
        await SendAsync(context, output, context.Cancelled);
    }

    public static async Task SendAsync(RequestContext context, Utf8Buffer output, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(output.Memory, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
        output.Truncate(0);
    }

    private static async Task RowsAsync(
        RequestContext context, ChangesRequest request, ChangesReader reader, Utf8Buffer output, CancellationToken cancellationToken)
    {
        if (request.Ids is not null)
        {
            reader.ReadIds(output);
            return;
        }

        while (reader.Read(output, BatchSize))
        {
            // Rows are sent in blocks; reading past unwanted rows sends nothing.
            if (output.Length > 32_000)
            {
                await SendAsync(context, output, cancellationToken);
            }
        }
    }

    private static async Task WaitAsync(
        RequestContext context, ChangesRequest request, ChangesReader reader, Utf8Buffer output, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(request.Timeout);
        while (reader.Sent == 0)
        {
            var change = context.Database.Sequences.WaitForChangeAsync(reader.Position, reader.Low, timeout.Token);
            while (request.Heartbeat is { } beat && await Task.WhenAny(change, Task.Delay(beat, timeout.Token)) != change)
            {
                timeout.Token.ThrowIfCancellationRequested();
                await SendAsync(context, output.Append((byte)'\n'), cancellationToken);
            }

            await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // When the database goes offline the response ends normally; when the client disconnects it is aborted.
            context.Cancelled.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested)
            {
                return;
            }

            await RowsAsync(context, request, reader, output, cancellationToken);
        }
    }
}
