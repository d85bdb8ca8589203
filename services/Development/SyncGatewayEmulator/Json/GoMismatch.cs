using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OfflineActions.Emulators.Json;

/// <summary>Finds the value that Go reports when JSON does not fit a type.</summary>
/// <param name="strict">Whether a field that the type does not have is an error.</param>
internal sealed class GoMismatch(bool strict)
{
    private readonly List<string> path = [];
    private string? owner;
    private string? first;

    /// <summary>Compares the current value of the reader with a type.</summary>
    /// <returns>Go's words; null when the value fits.</returns>
    public string? Find(ref Utf8JsonReader reader, GoType type)
    {
        Visit(ref reader, type);
        return first;
    }

    /// <returns>False when Go stops reading.</returns>
    private bool Visit(ref Utf8JsonReader reader, GoType type)
    {
        switch (reader.TokenType, type.Kind)
        {
            case (_, GoKind.Any):
            case (JsonTokenType.Null, _):
            case (JsonTokenType.String, GoKind.Text):
            case (JsonTokenType.True or JsonTokenType.False, GoKind.Flag):
                reader.Skip();
                return true;
            case (JsonTokenType.Number, GoKind.Integer):
                var text = Encoding.ASCII.GetString(reader.ValueSpan);
                if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    || number < type.Min || number > type.Max)
                {
                    Report($"number {text}", type.Name);
                }

                return true;
            case (JsonTokenType.StartArray, GoKind.List):
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    if (!Visit(ref reader, type.Element!))
                    {
                        return false;
                    }
                }

                return true;
            case (JsonTokenType.StartObject, GoKind.Map):
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    reader.Read();
                    if (!Visit(ref reader, type.Element!))
                    {
                        return false;
                    }
                }

                return true;
            case (JsonTokenType.StartObject, GoKind.Struct):
                return Members(ref reader, type);
            default:
                return Refuse(ref reader, type);
        }
    }

    // The reader itself throws at an unpaired surrogate.
    private static string NameOf(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? Encoding.UTF8.GetString(GoText.Unescape(reader.ValueSpan)) : reader.GetString()!;

    private bool Members(ref Utf8JsonReader reader, GoType type)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = NameOf(ref reader);
            reader.Read();
            if (!type.Fields.TryGetValue(name, out var field))
            {
                first ??= strict ? $"json: unknown field {GoText.Quote(name)}" : null;
                reader.Skip();
                continue;
            }

            var outer = owner;
            owner = type.Owner;
            path.Add(type.Fields.Keys.First(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)));
            if (!Visit(ref reader, field))
            {
                return false;
            }

            path.RemoveAt(path.Count - 1);
            owner = outer;
        }

        return true;
    }

    private bool Refuse(ref Utf8JsonReader reader, GoType type)
    {
        var value = reader.TokenType switch
        {
            JsonTokenType.StartObject => "object",
            JsonTokenType.StartArray => "array",
            JsonTokenType.String => "string",
            JsonTokenType.Number => "number",
            _ => "bool",
        };
        if (type.EndsReading && value is not ("object" or "array"))
        {
            // This error replaces earlier ones.
            first = null;
            Report(value, type.Name);
            return false;
        }

        Report(value, type.Name);
        reader.Skip();
        return true;
    }

    private void Report(string value, string type) => first ??= owner is null
        ? $"json: cannot unmarshal {value} into Go value of type {type}"
        : $"json: cannot unmarshal {value} into Go struct field {owner}.{string.Join('.', path)} of type {type}";
}
