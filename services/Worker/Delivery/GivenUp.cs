using System.Text.Json;

namespace Worker.Delivery;

/// <summary>
/// That one revision of a document has been given up. While the document cannot be written its message carries this along, so that what
/// is left to do next time is the writing, and the work is not tried again.
/// </summary>
/// <param name="Revision">The revision that asked; what is decided holds for no other.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="FailedAt">When it was given up.</param>
/// <param name="MayPass">Whether it is what failed, rather than what was asked for, that ended it.</param>
internal sealed record GivenUp(string Revision, ActionFailure Failure, int Attempts, DateTimeOffset FailedAt, bool MayPass = false)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null when there is nothing.</summary>
    public static GivenUp? Parse(string? text) => text is null ? null : JsonSerializer.Deserialize<GivenUp>(text);

    /// <summary>As JSON, for a header.</summary>
    public override string ToString() => JsonSerializer.Serialize(this);
}
