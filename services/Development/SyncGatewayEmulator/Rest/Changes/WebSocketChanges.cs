using System.Buffers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>The changes feed over a websocket: the client's first message is its options, each answer an array of rows.</summary>
internal static class WebSocketChanges
{
    private const int LongestMessage = 1 << 20;

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
                // An empty array tells once that the client has caught up; after that an empty message is a sign of life.
                var message = idle && caughtUp ? ReadOnlyMemory<byte>.Empty : output.Append((byte)']').Memory;
                caughtUp |= idle;
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, context.Cancelled);
                output.CutTo(1);
            });
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.Cancelled);
        }
        catch (Exception error) when (error is HttpError or WebSocketException)
        {
            // There is no way to answer it any more.
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
            if (part.MessageType == WebSocketMessageType.Close || message.WrittenCount > LongestMessage)
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
