using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OfflineActions.Tests;

/// <summary>A queue as the management API shows it; counts are up to a second old.</summary>
public sealed record QueueInfo
{
    public required string Name { get; init; }

    /// <summary><c>quorum</c> or <c>classic</c>.</summary>
    public string? Type { get; init; }

    /// <summary>What it was declared with (<c>x-…</c>).</summary>
    public JsonObject Arguments { get; init; } = [];

    /// <summary>Waiting and handed out together; 0 also before the first count.</summary>
    public int Messages { get; init; }

    [JsonPropertyName("messages_ready")]
    public int Ready { get; init; }

    [JsonPropertyName("messages_unacknowledged")]
    public int Unacknowledged { get; init; }

    public int Consumers { get; init; }
}
