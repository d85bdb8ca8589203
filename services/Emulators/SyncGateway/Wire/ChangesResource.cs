using Emulators.Json;

namespace Emulators.SyncGateway.Wire;

/// <summary>The changes feed, at once or as soon as there is something.</summary>
internal static class ChangesResource
{
    private const int BatchSize = 500;

    public static async Task Answer(Exchange exchange)
    {
        var request = await ChangesRequest.Read(exchange);
        if (request.Feed is "continuous" or "websocket")
        {
            await (request.Feed == "continuous" ? ContinuousChanges.Answer(exchange, request) : WebSocketChanges.Answer(exchange));
            return;
        }

        if (!exchange.Accepts("application/json"))
        {
            throw new Refusal(406, "only application/json available");
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(exchange.Cancelled, exchange.Database.Closed);
        exchange.Response.ContentType = "application/json";
        exchange.Response.Headers.CacheControl = "private, max-age=0, no-cache, no-store";
        var output = new Utf8Buffer(4096).Append("{\"results\":[\r\n"u8);
        if (request.Feed == "longpoll")
        {
            await Send(exchange, output, waiting.Token);
            request = exchange.Emulator.Faults.SingleRowLongpolls ? request.WithLimit(1) : request;
        }

        var reader = new ChangesReader(exchange, request, ChangesFraming.Whole);
        await Rows(exchange, request, reader, output, waiting.Token);
        if (reader.Sent == 0 && request.Feed == "longpoll")
        {
            await Wait(exchange, request, reader, output, waiting.Token);
        }

        output.Append("],\n\"last_seq\":"u8).Text(reader.LastSequence).Append("}\n"u8);
        await Send(exchange, output, exchange.Cancelled);
    }

    public static async Task Send(Exchange exchange, Utf8Buffer output, CancellationToken cancelled)
    {
        await exchange.Response.Body.WriteAsync(output.Memory, cancelled);
        await exchange.Response.Body.FlushAsync(cancelled);
        output.CutTo(0);
    }

    private static async Task Rows(
        Exchange exchange, ChangesRequest request, ChangesReader reader, Utf8Buffer output, CancellationToken cancelled)
    {
        if (request.Ids is not null)
        {
            reader.ReadIds(output);
            return;
        }

        while (reader.Read(output, BatchSize))
        {
            // Looking on past rows that nobody wants costs no answer.
            if (output.Length > 32_000)
            {
                await Send(exchange, output, cancelled);
            }
        }
    }

    private static async Task Wait(
        Exchange exchange, ChangesRequest request, ChangesReader reader, Utf8Buffer output, CancellationToken cancelled)
    {
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patient.CancelAfter(request.Timeout);
        while (reader.Sent == 0)
        {
            var change = exchange.Database.Sequences.After(reader.Position, reader.Low, patient.Token);
            while (request.Heartbeat is { } beat && await Task.WhenAny(change, Task.Delay(beat, patient.Token)) != change)
            {
                patient.Token.ThrowIfCancellationRequested();
                await Send(exchange, output.Append((byte)'\n'), cancelled);
            }

            await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // A database that goes offline ends its feeds in good order; a client that is gone needs no end.
            exchange.Cancelled.ThrowIfCancellationRequested();
            if (patient.IsCancellationRequested)
            {
                return;
            }

            await Rows(exchange, request, reader, output, cancelled);
        }
    }
}
