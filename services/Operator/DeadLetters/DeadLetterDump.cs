using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>A complete dead letter: enough to publish it again by hand.</summary>
/// <param name="Letter">The row that <c>list</c> shows.</param>
/// <param name="ContentType">The content type; null when it has none.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Message">The body: JSON as JSON, other text as a string, other bytes as base64 in <c>{"base64":…}</c>.</param>
internal sealed record DeadLetterDump(
    DeadLetterRow Letter, string? ContentType, IReadOnlyDictionary<string, JsonNode?> Headers, JsonNode? Message)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The document as it is now; left out when it was not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? Document { get; init; }

    public static DeadLetterDump From(DeadLetter letter) => new(
        DeadLetterRow.From(letter),
        letter.Message.ContentType,
        letter.Message.Headers.ToDictionary(header => header.Key, header => ToNode(header.Value)),
        ReadBody(letter.Message.Body));

    private static JsonNode? ReadBody(ReadOnlyMemory<byte> body)
    {
        try
        {
            var json = JsonNode.Parse(body.Span);

            // Half of a surrogate pair, or a text that is no UTF-8, shows only when it is written.
            _ = json?.ToJsonString();
            return json;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return ToNode(body.ToArray());
        }
    }

    private static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        byte[] bytes => ToNode(bytes),
        bool flag => flag,
        IDictionary<string, object?> table => new JsonObject(table.Select(entry => KeyValuePair.Create(entry.Key, ToNode(entry.Value)))),
        IEnumerable<object?> list => new JsonArray([.. list.Select(ToNode)]),
        long or int or short or sbyte or byte or uint or ushort => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        double or float => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static JsonNode ToNode(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return new JsonObject { ["base64"] = Convert.ToBase64String(bytes) };
        }
    }
}
