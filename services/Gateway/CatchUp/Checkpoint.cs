using System.Text.Json;
using System.Text.Json.Serialization;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>What the lease of a keyspace remembers, so that the next gateway need not read the feed from its beginning.</summary>
/// <param name="Marker">The marker of the broker's queues when this was stored; null when none was known.</param>
/// <param name="Places">Where to read on, the newest place last.</param>
internal sealed record Checkpoint(string? Marker, IReadOnlyList<FeedPlace> Places)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>Reads what <see cref="ToJson"/> wrote; null for anything else, for example a message that an operator has put there.</summary>
    public static Checkpoint? Parse(string? json)
    {
        try
        {
            return json is null || JsonSerializer.Deserialize<Checkpoint>(json, Options) is not { } read || read.Places.Any(place => place is null)
                ? null
                : read;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a text is a checkpoint.</summary>
    public static bool IsReadable(string json) => Parse(json) is not null;

    /// <summary>Whether both say the same.</summary>
    public bool Equals(Checkpoint? other) => other is not null && Marker == other.Marker && Places.SequenceEqual(other.Places);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Marker, Places.Count);

    /// <summary>The checkpoint as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}

/// <summary>A low watermark: before it no request is open.</summary>
/// <param name="Process">The start time of the Sync Gateway process that it is good for. Elsewhere it may mean something else.</param>
/// <param name="Reading">How the feed was read, from <see cref="DescribeReading"/>. Who reads it otherwise may see what was passed over.</param>
/// <param name="Since">The watermark.</param>
internal sealed record FeedPlace(long Process, string Reading, string Since)
{
    /// <summary>What decides which requests a reader of the feed finds, as one line.</summary>
    /// <param name="url">The address of Sync Gateway: at the admin port there is nothing that the reader may not see.</param>
    /// <param name="user">Who reads; empty for the guest.</param>
    /// <param name="keyspace">The keyspace.</param>
    /// <param name="channel">The only channel that is read; null for all.</param>
    /// <param name="requests">What is looked for.</param>
    public static string DescribeReading(Uri? url, string user, string keyspace, string? channel, IEnumerable<string> requests) =>
        JsonSerializer.Serialize<string?[]>([url?.ToString(), user, keyspace, channel, .. requests.Order(StringComparer.Ordinal)]);
}
