using System.Text.Json;

namespace OfflineActions.Operator.OpenRequests;

/// <summary>The little of a document that says whether it asks for something.</summary>
/// <param name="Action">Its <c>action</c>; null when that is not a text.</param>
/// <param name="Revision">Its <c>_rev</c>.</param>
internal readonly record struct DocumentState(string? Action, string? Revision)
{
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    /// <summary>Reads a document of the changes feed, however large and deep, without building it. A deleted one asks for nothing.</summary>
    public static DocumentState Read(ReadOnlySpan<byte> document)
    {
        var state = default(DocumentState);
        var reader = new Utf8JsonReader(document, AnyDepth);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("action"u8))
            {
                state = state with { Action = Text(ref reader) };
            }
            else if (reader.ValueTextEquals("_rev"u8))
            {
                state = state with { Revision = Text(ref reader) };
            }
            else if (reader.ValueTextEquals("_deleted"u8) || reader.ValueTextEquals("_removed"u8))
            {
                return default;
            }
            else
            {
                reader.Skip();
            }
        }

        return state;
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = reader.TokenType is JsonTokenType.String ? reader.GetString() : null;
        reader.Skip();
        return text;
    }
}
