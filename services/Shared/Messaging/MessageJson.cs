using System.Text;
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

    /// <summary>The message in <paramref name="body"/>, bare or in MassTransit's envelope; null when that is no message of <paramref name="action"/>.</summary>
    public static ActionRequested? Read(ActionContract action, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(action);
        try
        {
            return Deserialize(action, body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A sentence about why <paramref name="body"/> is no message of <paramref name="action"/>; null when it is one.</summary>
    public static string? Explain(ActionContract action, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(action);
        const string needed = "a JSON object with keyspace, documentId, revision and requestedAt";
        if (body.IsEmpty)
        {
            return $"The body is empty. It must be {needed}.";
        }

        try
        {
            return Deserialize(action, body) is null ? $"The body is null. It must be {needed}." : null;
        }
        catch (JsonException error)
        {
            return $"The body is no {action.MessageType.Name}, which is {needed}. {error.Message}";
        }
    }

    /// <summary>
    /// The message in MassTransit's envelope: its property <c>message</c>, beside <c>messageType</c>. A body that is no such envelope is the
    /// message itself.
    /// </summary>
    internal static byte[] Unwrap(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var json = JsonDocument.ParseValue(ref reader);
            if (json.RootElement is { ValueKind: JsonValueKind.Object } envelope
                && envelope.TryGetProperty("messageType", out _)
                && envelope.TryGetProperty("message", out var message))
            {
                return Encoding.UTF8.GetBytes(message.GetRawText());
            }
        }
        catch (JsonException)
        {
            // Whoever reads it says what is wrong.
        }

        return body.ToArray();
    }

    private static ActionRequested? Deserialize(ActionContract action, ReadOnlySpan<byte> body) =>
        (ActionRequested?)JsonSerializer.Deserialize(Unwrap(body), action.MessageType, Options);
}
