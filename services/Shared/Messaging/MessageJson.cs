using System.Text.Json;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging;

/// <summary>The body of a message: its own JSON, without an envelope.</summary>
public static class MessageJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <summary>The body of <paramref name="message"/>, in UTF-8.</summary>
    public static byte[] Write(ActionRequested message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), Options);
    }

    /// <summary>The message in <paramref name="body"/>; null when that is no message of <paramref name="action"/>.</summary>
    public static ActionRequested? Read(ActionContract action, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(action);
        try
        {
            return (ActionRequested?)JsonSerializer.Deserialize(body, action.MessageType, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
