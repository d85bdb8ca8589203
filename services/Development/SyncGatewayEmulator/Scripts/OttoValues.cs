using System.Globalization;
using System.Text;
using System.Text.Json;
using Jint;
using Jint.Native;
using Jint.Runtime.Descriptors;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Scripts;

/// <summary>
/// Converts JSON to values as otto shows values of Go: null is undefined, and the length of an array does not change.
/// </summary>
/// <param name="engine">The engine of the values.</param>
/// <param name="exact">Whether integers that a double cannot hold become texts.</param>
internal sealed class OttoValues(Engine engine, bool exact)
{
    private const long MostExact = (1L << 53) - 1;

    private static readonly PropertyDescriptor Fixed = new() { Writable = false };

    /// <param name="json">Canonical JSON.</param>
    public JsValue Read(byte[] json)
    {
        var reader = CanonicalJson.Read(json);
        reader.Read();
        return Value(ref reader);
    }

    private JsValue Value(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Object(ref reader),
        JsonTokenType.StartArray => Array(ref reader),
        JsonTokenType.String => new JsString(reader.GetString()!),
        JsonTokenType.Number => Number(ref reader),
        JsonTokenType.Null => JsValue.Undefined,
        _ => reader.GetBoolean() ? JsBoolean.True : JsBoolean.False,
    };

    private JsObject Object(ref Utf8JsonReader reader)
    {
        var result = new JsObject(engine);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = reader.GetString()!;
            reader.Read();
            result.FastSetDataProperty(name, Value(ref reader));
        }

        return result;
    }

    private JsArray Array(ref Utf8JsonReader reader)
    {
        var elements = new List<JsValue>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            elements.Add(Value(ref reader));
        }

        var result = new JsArray(engine, [.. elements]);
        result.DefineOwnProperty("length", Fixed);
        result.PreventExtensions();
        return result;
    }

    private JsValue Number(ref Utf8JsonReader reader)
    {
        var text = Encoding.ASCII.GetString(reader.ValueSpan);
        var isInteger = !text.AsSpan().ContainsAny('.', 'e', 'E');
        var isExact = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            && whole is >= -MostExact and <= MostExact;
        return exact && isInteger && !isExact
            ? new JsString(text)
            : JsNumber.Create(double.Parse(text, CultureInfo.InvariantCulture));
    }
}
