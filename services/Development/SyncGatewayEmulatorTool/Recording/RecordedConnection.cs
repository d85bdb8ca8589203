using System.Net.Sockets;
using System.Threading.Channels;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Recording;

/// <summary>A client's connection with a connection of its own to the server, so that the server sees each client as it is.</summary>
internal sealed class RecordedConnection
{
    private readonly Channel<OpenExchange> unanswered = Channel.CreateUnbounded<OpenExchange>();
    private readonly ServerConnection server;
    private readonly Stream client;
    private readonly string port;
    private readonly Recorder recorder;
    private volatile bool clientLeft;
    private OpenExchange? current;

    private RecordedConnection(Stream client, ServerConnection server, string port, Recorder recorder)
    {
        this.client = client;
        this.server = server;
        this.port = port;
        this.recorder = recorder;
    }

    /// <summary>
    /// Serves the client until either side ends the connection. A server that cannot be reached looks like a reset connection.
    /// </summary>
    public static async Task RunAsync(Socket client, string port, ServerAddress server, Recorder recorder, CancellationToken stop)
    {
        using var _ = client;
        client.NoDelay = true;
        try
        {
            using var connected = await ServerConnection.OpenAsync(server, stop);
            await using var stream = new NetworkStream(client);
            await new RecordedConnection(stream, connected, port, recorder).PassAsync(client, stop);
        }
        catch (Exception error) when (IsEnd(error))
        {
            // The client sees what the server did: its connection is reset, not ended.
            client.Close(timeout: 0);
        }
    }

    private async Task PassAsync(Socket socket, CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            await PassBothAsync(socket, ending, stop);
        }
        finally
        {
            EndOpenExchanges(clientLeft ? ExchangeEnd.Client : stop.IsCancellationRequested ? ExchangeEnd.Recorder : ExchangeEnd.Server);
        }
    }

    private async Task PassBothAsync(Socket socket, CancellationTokenSource ending, CancellationToken stop)
    {
        var requests = PassRequestsAsync(ending.Token);
        var answers = PassAnswersAsync(ending.Token);
        if (await Task.WhenAny(requests, answers) == requests)
        {
            // Otherwise the server did, so that a request could not be passed on.
            clientLeft = !stop.IsCancellationRequested && (requests.IsCompletedSuccessfully || HasLeft(socket));
            if (requests.IsCompletedSuccessfully && !stop.IsCancellationRequested)
            {
                // The client may still wait for answers. A server that has nothing to answer ends the connection.
                server.EndRequests();
                await answers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        if (answers.IsCompletedSuccessfully && !clientLeft)
        {
            socket.Shutdown(SocketShutdown.Send);
        }

        await ending.CancelAsync();
        await requests.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await answers;
    }

    private async Task PassRequestsAsync(CancellationToken cancellationToken)
    {
        var reader = new HttpReader(client);
        while (await reader.ReadHeadAsync(cancellationToken) is { } head)
        {
            var exchange = recorder.Begin(port, head);
            unanswered.Writer.TryWrite(exchange);
            await server.Stream.WriteAsync(server.Readdress(head).ToBytes(), cancellationToken);
            await foreach (var part in reader.ReadBodyAsync(BodyFraming.OfRequest(head), cancellationToken))
            {
                exchange.AppendToRequest(part);
                await server.Stream.WriteAsync(part.Bytes, cancellationToken);
            }

            if (head.Lists("Connection", "Upgrade") && await exchange.Upgraded.Task.WaitAsync(cancellationToken))
            {
                await PassMessagesAsync(reader, server.Stream, exchange, "client", cancellationToken);
                return;
            }
        }
    }

    private async Task PassAnswersAsync(CancellationToken cancellationToken)
    {
        var reader = new HttpReader(server.Stream);
        var framing = default(BodyFraming);
        while (framing.End != BodyEnd.Connection && await reader.ReadHeadAsync(cancellationToken) is { } head)
        {
            if (head.Status is >= 100 and < 200 and not 101)
            {
                await client.WriteAsync(head.ToBytes(), cancellationToken);
                continue;
            }

            // A server may answer what is no request, for example a connection that it closes.
            current = unanswered.Reader.TryRead(out var exchange) ? exchange : null;
            current?.SetAnswer(head);
            await client.WriteAsync(head.ToBytes(), cancellationToken);
            if (head.Status == 101)
            {
                await PassMessagesAsync(reader, client, current, "server", cancellationToken);
                return;
            }

            framing = BodyFraming.OfAnswer(head, current?.Method ?? "");
            await foreach (var part in reader.ReadBodyAsync(framing, cancellationToken))
            {
                current?.AppendToAnswer(part);
                await client.WriteAsync(part.Bytes, cancellationToken);
            }

            if (current is not null)
            {
                recorder.End(current, clientLeft && framing.End == BodyEnd.Connection ? ExchangeEnd.Client : ExchangeEnd.Complete);
                current = null;
            }
        }
    }

    private static async Task PassMessagesAsync(
        HttpReader from, Stream to, OpenExchange? exchange, string name, CancellationToken cancellationToken)
    {
        var frames = new WebSocketFrames(message => exchange?.AddMessage(name, message));
        await foreach (var part in from.ReadBodyAsync(new(BodyEnd.Connection), cancellationToken))
        {
            frames.Take(part.Bytes.Span);
            await to.WriteAsync(part.Bytes, cancellationToken);
        }
    }

    private void EndOpenExchanges(ExchangeEnd ended)
    {
        if (current is not null)
        {
            recorder.End(current, ended);
        }

        while (unanswered.Reader.TryRead(out var exchange))
        {
            recorder.End(exchange, ended);
        }
    }

    private static bool HasLeft(Socket socket) => socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;

    private static bool IsEnd(Exception error) => error is IOException or SocketException or InvalidDataException
        or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException;
}
