using System.Text.Json;
using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Presence;

/// <summary>The body of a presence message.</summary>
internal static class PresenceJson
{
    /// <summary>Any client may publish to the exchange, so what is read is bounded. A worker's message has a few kB.</summary>
    private const int MaxBytes = 256 * 1024;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    public static byte[] Write(ServicePresence presence) => JsonSerializer.SerializeToUtf8Bytes(presence, Options);

    /// <returns>Null when it is no presence message, or too large.</returns>
    public static ServicePresence? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return body.Length > MaxBytes ? null : JsonSerializer.Deserialize<ServicePresence>(body, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
