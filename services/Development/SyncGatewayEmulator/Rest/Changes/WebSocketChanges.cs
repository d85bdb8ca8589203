using System.Buffers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>
/// The changes feed over a websocket. The first message of the client holds the options; each response is an array of rows.
/// </summary>
internal static class WebSocketChanges
{
    private const int MaxMessageLength = 1 << 20;

    public static async Task AnswerAsync(RequestContext context)
    {
        using var socket = await AcceptAsync(context);
        try
        {
            var request = ChangesRequest.Read(context, await ReceiveAsync(socket, context.Cancelled));
            var output = new Utf8Buffer(4096).Append((byte)'[');
            var caughtUp = false;
            await ContinuousChanges.FollowAsync(context, request, new(context, request, ChangesFraming.Messages), output, async idle =>
            {
                // One empty array signals that the client has caught up; later empty messages are heartbeats.
                var message = idle && caughtUp ? ReadOnlyMemory<byte>.Empty : output.Append((byte)']').Memory;
                caughtUp |= idle;
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, context.Cancelled);
                output.Truncate(1);
            });
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.Cancelled);
        }
        catch (Exception error) when (error is HttpError or WebSocketException)
        {
            // The upgrade is done, so that no HTTP error can be sent.
            socket.Abort();
        }
    }

    private static async Task<WebSocket> AcceptAsync(RequestContext context)
    {
        var headers = context.Request.Headers;
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true }
            || !headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
            || headers.SecWebSocketKey.ToString() is not { Length: > 0 } key)
        {
            throw new HttpError(400, "not a websocket request");
        }

        headers = context.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = AcceptOf(key);
        var stream = await upgrade.UpgradeAsync();
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "RFC 6455 says SHA-1.")]
    private static string AcceptOf(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    private static async Task<ReadOnlyMemory<byte>> ReceiveAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var message = new ArrayBufferWriter<byte>();
        while (true)
        {
            var part = await socket.ReceiveAsync(message.GetMemory(4096), cancellationToken);
            message.Advance(part.Count);
            if (part.MessageType == WebSocketMessageType.Close || message.WrittenCount > MaxMessageLength)
            {
                throw new WebSocketException("no options came");
            }

            if (part.EndOfMessage)
            {
                return message.WrittenMemory;
            }
        }
    }
}
