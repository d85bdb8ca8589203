using System.Text.Json;
using System.Text.Json.Serialization;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// That one revision of a document has been given up. While the document cannot be written its message carries this along, so that what
/// is left to do next time is the writing, and the work is not tried again.
/// </summary>
/// <param name="Revision">The revision that asked; what is decided holds for no other.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="FailedAt">When it was given up.</param>
/// <param name="IsTransient">Whether it is what failed, rather than what was asked for, that ended it.</param>
internal sealed record PendingFailure(string Revision, ActionFailure Failure, int Attempts, DateTimeOffset FailedAt,
    // The name in messages that already wait in queues.
    [property: JsonPropertyName("MayPass")] bool IsTransient = false)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null when there is nothing.</summary>
    public static PendingFailure? Parse(string? text) => text is null ? null : JsonSerializer.Deserialize<PendingFailure>(text);

    /// <summary>As JSON, for a header.</summary>
    public override string ToString() => JsonSerializer.Serialize(this);
}
