using Emulators.Json;

namespace Emulators.SyncGateway.Wire;

/// <summary>The changes feed, at once or as soon as there is something.</summary>
internal static class ChangesResource
{
    private const int BatchSize = 500;

    public static async Task Answer(Exchange exchange)
    {
        var request = await ChangesRequest.Read(exchange);
        if (!exchange.Accepts("application/json"))
        {
            throw new Refusal(406, "only application/json available");
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(exchange.Cancelled, exchange.Database.Closed);
        exchange.Response.ContentType = "application/json";
        var output = new Utf8Buffer(4096).Append("{\"results\":[\r\n"u8);
        if (request.Feed == "longpoll")
        {
            await Send(exchange, output, waiting.Token);
        }

        var reader = new ChangesReader(exchange, request);
        await Rows(exchange, reader, output, waiting.Token);
        if (reader.Sent == 0 && request.Feed == "longpoll")
        {
            await Wait(exchange, request, reader, output, waiting.Token);
        }

        output.Append("],\n\"last_seq\":"u8).Text(reader.LastSequence).Append("}\n"u8);
        await Send(exchange, output, waiting.Token);
    }

    private static async Task Rows(Exchange exchange, ChangesReader reader, Utf8Buffer output, CancellationToken cancelled)
    {
        while (reader.Read(output, BatchSize))
        {
            await Send(exchange, output, cancelled);
        }
    }

    private static async Task Wait(
        Exchange exchange, ChangesRequest request, ChangesReader reader, Utf8Buffer output, CancellationToken cancelled)
    {
        using var patient = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        patient.CancelAfter(request.Timeout);
        while (reader.Sent == 0)
        {
            var change = exchange.Database.Documents.Sequences.After(reader.Position, patient.Token);
            while (request.Heartbeat is { } beat && await Task.WhenAny(change, Task.Delay(beat, patient.Token)) != change)
            {
                patient.Token.ThrowIfCancellationRequested();
                await Send(exchange, output.Append((byte)'\n'), cancelled);
            }

            await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancelled.ThrowIfCancellationRequested();
            if (patient.IsCancellationRequested)
            {
                return;
            }

            await Rows(exchange, reader, output, cancelled);
        }
    }

    private static async Task Send(Exchange exchange, Utf8Buffer output, CancellationToken cancelled)
    {
        await exchange.Response.Body.WriteAsync(output.Memory, cancelled);
        await exchange.Response.Body.FlushAsync(cancelled);
        output.CutTo(0);
    }
}
