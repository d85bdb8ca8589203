using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OfflineActions.Emulators.Hosting;
using OfflineActions.Emulators.Wire;

namespace OfflineActions.Emulators.Recording;

/// <summary>The first line of a recording.</summary>
/// <param name="Format">Always <see cref="RecordingFile.Format"/>.</param>
/// <param name="Version">The version of the format.</param>
/// <param name="StartedAt">When the recording began.</param>
/// <param name="Server">What was recorded: the address of its public port, or the emulator.</param>
/// <param name="Credentials"><c>masked</c> or <c>kept</c>.</param>
internal sealed record RecordingStart(string Format, int Version, DateTimeOffset StartedAt, string Server, string Credentials);

/// <summary>The last line of a recording.</summary>
/// <param name="Exchanges">The number of lines between it and the first.</param>
internal sealed record RecordingEnd(int Exchanges);

/// <summary>
/// The form of a recording: lines of JSON. The first is a <see cref="RecordingStart"/>, the last a <see cref="RecordingEnd"/>, and between
/// them is an <see cref="Exchange"/> a line, in the order in which they ended.
/// </summary>
internal static class RecordingFile
{
    public const string Format = "sync-gateway-exchanges";
    public const int Version = 1;

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        // Readable text; the file is no web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new HeaderConverter() },
    };

    /// <returns>The exchanges in the order in which they began.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no whole recording; the message says which line is wrong.</exception>
    public static IReadOnlyList<Exchange> Read(string path)
    {
        var exchanges = new List<Exchange>();
        var (number, ended) = (0, false);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (ended)
            {
                throw new InvalidDataException($"{path}, line {number}: nothing may follow the last line of a recording.");
            }

            try
            {
                ended = ReadLine(line, number, exchanges);
            }
            catch (Exception error) when (error is JsonException or FormatException)
            {
                var reason = error is JsonException json ? JsonReason.Of(json) : error.Message;
                throw new InvalidDataException($"{path}, line {number}: {reason}", error);
            }
        }

        if (!ended)
        {
            throw new InvalidDataException(number == 0
                ? $"{path} is empty."
                : $"{path} ends without its last line: the recorder was killed, or the file was cut. "
                    + $"To replay what is there, append the line {{\"exchanges\":{exchanges.Count}}}");
        }

        return [.. exchanges.OrderBy(exchange => exchange.N)];
    }

    private static bool ReadLine(string line, int number, List<Exchange> exchanges)
    {
        if (number == 1)
        {
            var start = Parse<RecordingStart>(line);
            return start is { Format: Format, Version: Version }
                ? false
                : throw new FormatException($"a {start.Format} of version {start.Version}; this is for {Format} of version {Version}.");
        }

        if (line.StartsWith("{\"exchanges\":", StringComparison.Ordinal))
        {
            var end = Parse<RecordingEnd>(line);
            return end.Exchanges == exchanges.Count
                ? true
                : throw new FormatException($"the recording had {end.Exchanges} exchanges, but {exchanges.Count} are there.");
        }

        var exchange = Parse<Exchange>(line);
        _ = (exchange.Request.Body?.Content, exchange.Answer?.Body?.Content);
        exchanges.Add(exchange);
        return false;
    }

    private static T Parse<T>(string line) => JsonSerializer.Deserialize<T>(line, Json) ?? throw new FormatException("null is no object.");

    /// <summary>A header is an array of its name and its value.</summary>
    private sealed class HeaderConverter : JsonConverter<HttpHeader>
    {
        public override HttpHeader Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<string[]>(ref reader, options) is [{ } name, { } value]
                ? new(name, value)
                : throw new JsonException("a header must be an array of its name and its value.");

        public override void Write(Utf8JsonWriter writer, HttpHeader value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new[] { value.Name, value.Value }, options);
    }
}
