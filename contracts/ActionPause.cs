using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OfflineActions.Contracts;

/// <summary>
/// The message in <see cref="ActionQueues.Paused"/>. An action is paused for as long as any message is there, also one with another
/// content that was published by hand.
/// </summary>
/// <param name="By">Who paused the action; null when the message does not say.</param>
/// <param name="Since">When, in UTC; null when the message does not say.</param>
/// <param name="Reason">Why; null when the message does not say.</param>
public sealed record ActionPause(string? By, DateTimeOffset? Since, string? Reason)
{
    /// <summary>The longest <see cref="Reason"/> and the longest <see cref="By"/>, in characters.</summary>
    public const int MaxText = 200;

    private const int MaxBytes = 16 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>A pause of which nothing is known but that it is there.</summary>
    public static ActionPause Unknown { get; } = new(null, null, null);

    /// <summary>The body of the message: <c>{"by":"anna","since":"2026-03-01T09:00:00+00:00","reason":"SWAPI is being moved"}</c>.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>Reads the body of a message. What is missing, or has another type, is unknown; what is too long is cut.</summary>
    public static ActionPause Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBytes)
        {
            return Unknown;
        }

        try
        {
            using var message = JsonDocument.Parse(body);
            return message.RootElement.ValueKind is JsonValueKind.Object
                ? new ActionPause(
                    ReadText(message.RootElement, "by"),
                    DateTimeOffset.TryParse(
                        ReadText(message.RootElement, "since"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
                        ? since.ToUniversalTime()
                        : null,
                    ReadText(message.RootElement, "reason"))
                : Unknown;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair in a name, which JSON can spell and no text can hold.
            return Unknown;
        }
    }

    /// <summary>In words: <c>since 2026-03-01 09:00:00 UTC by anna: SWAPI is being moved</c>.</summary>
    public override string ToString()
    {
        var since = Since?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? "an unknown time";
        return $"since {since} by {By ?? "unknown"}: {Reason ?? "unknown"}";
    }

    /// <summary>As much of a text as is kept.</summary>
    public static string Cut(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= MaxText ? text : text[..(char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText)];
    }

    private static string? ReadText(JsonElement message, string name)
    {
        if (!message.TryGetProperty(name, out var value) || value.ValueKind is not JsonValueKind.String)
        {
            return null;
        }

        try
        {
            var text = value.GetString();
            return string.IsNullOrWhiteSpace(text) ? null : Cut(text);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, which JSON can spell and no text can hold.
            return null;
        }
    }
}
