using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OfflineActions.Tests;

/// <summary>A queue in the management API; counts are up to a second old.</summary>
public sealed record QueueInfo
{
    public required string Name { get; init; }

    /// <summary><c>quorum</c> or <c>classic</c>.</summary>
    public string? Type { get; init; }

    /// <summary>The arguments of its declaration (<c>x-…</c>).</summary>
    public JsonObject Arguments { get; init; } = [];

    /// <summary>Ready and unacknowledged messages together; 0 before the first count.</summary>
    public int Messages { get; init; }

    /// <summary>How many messages were published into it; null before the first count of the first one.</summary>
    public int? Published => (int?)Statistics?["publish"];

    [JsonInclude, JsonPropertyName("message_stats")]
    internal JsonObject? Statistics { get; init; }

    [JsonPropertyName("messages_ready")]
    public int Ready { get; init; }

    [JsonPropertyName("messages_unacknowledged")]
    public int Unacknowledged { get; init; }

    public int Consumers { get; init; }
}

/// <summary>An exchange in the management API.</summary>
public sealed record ExchangeInfo
{
    public required string Name { get; init; }

    /// <summary><c>fanout</c>, <c>direct</c> or another type.</summary>
    public required string Type { get; init; }

    public bool Durable { get; init; }

    /// <summary>Whether the broker deletes it with its last binding.</summary>
    [JsonPropertyName("auto_delete")]
    public bool IsAutoDeleted { get; init; }
}

/// <summary>A binding in the management API.</summary>
public sealed record BindingInfo
{
    /// <summary>The source exchange.</summary>
    public required string Source { get; init; }

    /// <summary>The destination, a queue or an exchange.</summary>
    public required string Destination { get; init; }

    /// <summary><c>queue</c> or <c>exchange</c>.</summary>
    [JsonPropertyName("destination_type")]
    public required string DestinationType { get; init; }

    [JsonPropertyName("routing_key")]
    public string RoutingKey { get; init; } = "";
}
