using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>A dead letter with everything that is in it, so that it could be made again.</summary>
/// <param name="Letter">What list shows.</param>
/// <param name="ContentType">What its body claims to be.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Message">Its body; JSON as such, any other text as a string, other bytes as base64 in <c>{"base64":…}</c>.</param>
internal sealed record DeadLetterDump(DeadLetterRow Letter, string? ContentType, IReadOnlyDictionary<string, JsonNode?> Headers, JsonNode? Message)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Its document as it is now, where that was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonNode? Document { get; init; }

    public static DeadLetterDump Of(DeadLetter letter) => new(
        DeadLetterRow.Of(letter),
        letter.Properties.ContentType,
        letter.Properties.Headers?.ToDictionary(header => header.Key, header => Node(header.Value)) ?? [],
        Body(letter.Body));

    private static JsonNode? Body(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span);
        }
        catch (JsonException)
        {
            return Bytes(body.ToArray());
        }
    }

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        byte[] bytes => Bytes(bytes),
        bool flag => flag,
        IDictionary<string, object?> table => new JsonObject(table.Select(entry => KeyValuePair.Create(entry.Key, Node(entry.Value)))),
        IEnumerable<object?> list => new JsonArray([.. list.Select(Node)]),
        long or int or short or sbyte or byte or uint or ushort => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        double or float => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static JsonNode Bytes(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return new JsonObject { ["base64"] = Convert.ToBase64String(bytes) };
        }
    }
}
