using System.Text.Json;
using System.Text.Json.Serialization;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Presence;

/// <summary>The body of a presence message.</summary>
internal static class PresenceJson
{
    /// <summary>
    /// Any client may publish to the exchange, so what is read is bounded. A worker's message has a few kB, a gateway's about 300 bytes for each
    /// keyspace.
    /// </summary>
    private const int MaxBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new FiniteNumbers() },
    };

    public static byte[] Write(ServicePresence presence) => JsonSerializer.SerializeToUtf8Bytes(presence, Options);

    /// <returns>Null when it is no presence message, or too large.</returns>
    public static ServicePresence? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.Length <= MaxBytes && JsonSerializer.Deserialize<ServicePresence>(body, Options) is { } presence && !HasNull(presence)
                ? presence
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a list has a null in it. The options do not look into lists.</summary>
    private static bool HasNull(ServicePresence presence) =>
        presence.Actions.Any(action => action is null || action.Oldest.Any(request => request is null))
            || presence.Keyspaces.Any(keyspace => keyspace is null || keyspace.OpenByAge.Any(age => age is null));

    /// <summary>1e400 is valid JSON, and would be read as infinity, which cannot be written as JSON again.</summary>
    private sealed class FiniteNumbers : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDouble() is var number && double.IsFinite(number) ? number : throw new JsonException("The number is too large.");

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
    }
}
