using System.Text.Json;
using System.Text.Json.Serialization;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// The failure of one revision of a document, before it is written. While the document cannot be written, the message carries it in a
/// header, and only the write is retried.
/// </summary>
/// <param name="Revision">The revision that requested the action. The failure holds for no other.</param>
/// <param name="Failure">Why the request failed.</param>
/// <param name="Attempts">The number of attempts.</param>
/// <param name="FailedAt">When the last attempt failed.</param>
/// <param name="IsTransient">Whether a transient failure ended the request, because no attempt was left.</param>
/// <param name="TraceId">The trace of the request; null when it has none.</param>
internal sealed record PendingFailure(string Revision, ActionFailure Failure, int Attempts, DateTimeOffset FailedAt,
    // The name in messages that already wait in queues.
    [property: JsonPropertyName("MayPass")] bool IsTransient = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId = null)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>
    /// Reads what <see cref="ToString"/> wrote; null when there is nothing, and for anything else, for example in a message that an operator
    /// edited. Then the request is attempted again.
    /// </summary>
    public static PendingFailure? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<PendingFailure>(text, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>As JSON, for a header.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, Options);
}

/// <summary>Why a request failed, as its document says it.</summary>
/// <param name="Code">A stable word for programs.</param>
/// <param name="Message">A sentence for the user of the app.</param>
/// <param name="Retryable">Whether a new request may succeed.</param>
internal sealed record ActionFailure(string Code, string Message, bool Retryable);
