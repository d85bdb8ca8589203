using System.Runtime.InteropServices;
using System.Text.Json;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging;

/// <summary>The body of a message: its own JSON, without an envelope.</summary>
public static class MessageJson
{
    /// <summary>The reason becomes a header, and RabbitMQ closes the connection when the headers do not fit into a frame of 128 KiB.</summary>
    private const int MaxReason = 500;

    // As lenient as MassTransit, which reads the messages in the worker.
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    private static readonly JsonReaderOptions ReaderOptions = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

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
        return Read(action, body, out _);
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

        if (Read(action, body, out var error) is not null)
        {
            return null;
        }

        var reason = $"The body is {(error is null ? "null" : "no " + action.MessageType.Name)}. It must be {needed}. {error}";
        return reason[..Math.Min(reason.Length, MaxReason)];
    }

    /// <summary>
    /// The message in MassTransit's envelope: its property <c>message</c>, beside <c>messageType</c>. Null when the body is no such
    /// envelope, and so the message itself.
    /// </summary>
    internal static byte[]? FindInEnvelope(ReadOnlySpan<byte> body)
    {
        // Nearly every message is bare.
        if (body.IndexOf("\"messageType\""u8) < 0)
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(body, ReaderOptions);
            using var json = JsonDocument.ParseValue(ref reader);
            return json.RootElement is { ValueKind: JsonValueKind.Object } envelope
                && envelope.TryGetProperty("messageType", out _)
                && envelope.TryGetProperty("message", out var message)
                && !envelope.TryGetProperty("keyspace", out _)
                    ? JsonMarshal.GetRawUtf8Value(message).ToArray()
                    : null;
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            // Whoever reads it as a message says what is wrong.
            return null;
        }
    }

    private static ActionRequested? Read(ActionContract action, ReadOnlySpan<byte> body, out string? error)
    {
        error = null;
        try
        {
            return (ActionRequested?)JsonSerializer.Deserialize(FindInEnvelope(body) ?? body, action.MessageType, Options);
        }
        catch (Exception exception) when (IsUnreadable(exception))
        {
            error = exception.Message;
            return null;
        }
    }

    /// <summary>A text that is no UTF-8, or half of a surrogate pair, is an <see cref="InvalidOperationException"/>.</summary>
    private static bool IsUnreadable(Exception error) => error is JsonException or InvalidOperationException;
}
