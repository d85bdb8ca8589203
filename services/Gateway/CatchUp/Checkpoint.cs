using System.Text.Json;
using System.Text.Json.Serialization;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>What the lease of a keyspace remembers, so that the next gateway need not read the feed from its beginning.</summary>
/// <param name="Since">The low watermark: before it no request is open.</param>
/// <param name="Marker">The marker of the broker's queues when this was stored; null when none was known.</param>
/// <param name="Channel">The channel that the watermark belongs to; null for the whole feed.</param>
/// <param name="Requests">What was looked for: a request that is not in this list was passed over.</param>
/// <param name="Instances">The start times of the Sync Gateway processes that the watermark is good for.</param>
internal sealed record Checkpoint(
    string Since,
    string? Marker,
    string? Channel,
    IReadOnlyList<string> Requests,
    IReadOnlyList<long> Instances)
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
            return json is null ? null : JsonSerializer.Deserialize<Checkpoint>(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The checkpoint as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
