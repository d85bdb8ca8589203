using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;

namespace OfflineActions.Tests.SyncGateway;

/// <summary>Random JSON, in any of its spellings.</summary>
internal static class RandomJson
{
    /// <summary>Objects in which no name occurs twice.</summary>
    public static Gen<string> Objects => ObjectsOf(Values, Strings, canRepeat: false);

    /// <summary>Objects in which names occur twice, at any depth and in different spellings.</summary>
    public static Gen<string> ObjectsWithRepeatedNames => ObjectsOf(ValuesWith(Names, canRepeat: true), Names, canRepeat: true);

    /// <summary>Values in whose objects no name occurs twice.</summary>
    public static Gen<string> Values => ValuesWith(Strings, canRepeat: false);

    /// <summary>Names, with quotation marks. There are few different ones.</summary>
    public static Gen<string> Names { get; } =
        Gen.OneOf<string>("\"a\"", "\"\\u0061\"", "\"b\"", "\"\"", "\"é\"", "\"\\u00E9\"", "\"_id\"", "\"action\"", "\"\\\"\"", "\"😀\"");

    private static Gen<string> Numbers { get; } = Gen.OneOf(
        Gen.OneOf<string>("0", "-0", "2.50", "1e400", "-1E-9999", "12345678901234567890", "1.0", "0.10"),
        Gen.Select(Gen.Long, Gen.ULong, Gen.Int[-999, 999], (whole, part, power) => $"{whole}.{part}e{power}"));

    /// <summary>Any text, in one of its JSON spellings.</summary>
    private static Gen<string> Strings { get; } = Gen.Select(
        Gen.OneOf(Gen.String, Gen.String.AlphaNumeric, Gen.OneOf<string>("", "é", "😀", "\u2028", "<&>", "\\\"", "a/b")),
        Gen.Bool,
        (text, escaped) => JsonSerializer.Serialize(WithoutHalfPairs(text), escaped ? JsonSerializerOptions.Default : Relaxed));

    private static Gen<string> Leaves => Gen.OneOf(Numbers, Strings, Gen.OneOf<string>("true", "false", "null"));

    private static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static Gen<string> ValuesWith(Gen<string> names, bool canRepeat) => Gen.Recursive<string>((depth, values) => depth > 4
        ? Leaves
        : Gen.OneOf(
            Leaves,
            values.Array[0, 4].Select(items => $"[ {string.Join(" ,", items)}]"),
            ObjectsOf(values, names, canRepeat)));

    private static Gen<string> ObjectsOf(Gen<string> values, Gen<string> names, bool canRepeat) => Gen.Select(names, values)
        .Array[0, 5]
        .Select(pairs => canRepeat ? pairs : [.. pairs.DistinctBy(pair => JsonSerializer.Deserialize<string>(pair.Item1))])
        .Select(pairs => $"{{{string.Join(",", pairs.Select(pair => $"{pair.Item1} :{pair.Item2}"))}}}");

    private static string WithoutHalfPairs(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
