using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>The changes feed, normal and longpoll.</summary>
internal static class ChangesResource
{
    /// <summary>The <c>Cache-Control</c> of feeds.</summary>
    public const string Uncached = "private, max-age=0, no-cache, no-store";

    private const int BatchSize = 500;

    public static async Task AnswerAsync(RequestContext context)
    {
        var request = await ChangesRequest.ReadAsync(context);
        if (request.Feed is "continuous" or "websocket")
        {
            await (request.Feed == "continuous" ? ContinuousChanges.AnswerAsync(context, request) : WebSocketChanges.AnswerAsync(context));
            return;
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(context.Cancelled, context.Database.Closed);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = Uncached;
        using var response = new StreamedResponse(context);
        await response.WriteAsync("{\"results\":[\r\n"u8.ToArray(), waiting.Token);
        if (request.Feed == "longpoll")
        {
            await response.FlushAsync(waiting.Token);
            request = context.Emulator.Faults.SingleRowLongpolls ? request.WithLimit(1) : request;
        }

        var reader = new ChangesReader(context, request, ChangesFraming.Whole);
        var output = new Utf8Buffer(4096);
        await RowsAsync(request, reader, output, response, waiting.Token);
        if (reader.Sent == 0 && request.Feed == "longpoll")
        {
            await WaitAsync(context, request, reader, output, response, waiting.Token);
        }

        output.Append("],\n\"last_seq\":"u8).Text(reader.LastSequence).Append("}\n"u8);
        await response.WriteAsync(output.Memory, context.Cancelled);
        await response.CompleteAsync(context.Cancelled);
    }

    private static async Task RowsAsync(
        ChangesRequest request, ChangesReader reader, Utf8Buffer output, StreamedResponse response, CancellationToken cancellationToken)
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
                await response.WriteAsync(output.Memory, cancellationToken);
                output.Truncate(0);
            }
        }
    }

    private static async Task WaitAsync(
        RequestContext context,
        ChangesRequest request,
        ChangesReader reader,
        Utf8Buffer output,
        StreamedResponse response,
        CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(request.Timeout);
        while (reader.Sent == 0)
        {
            var change = context.Database.Sequences.WaitForChangeAsync(reader.Position, reader.Low, timeout.Token);
            while (request.Heartbeat is { } beat && await Task.WhenAny(change, Task.Delay(beat, timeout.Token)) != change)
            {
                timeout.Token.ThrowIfCancellationRequested();
                await response.WriteAsync("\n"u8.ToArray(), cancellationToken);
                await response.FlushAsync(cancellationToken);
            }

            await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // When the database goes offline the response ends normally; when the client disconnects it is aborted.
            context.Cancelled.ThrowIfCancellationRequested();
            if (timeout.IsCancellationRequested)
            {
                return;
            }

            await RowsAsync(request, reader, output, response, cancellationToken);
        }
    }
}
