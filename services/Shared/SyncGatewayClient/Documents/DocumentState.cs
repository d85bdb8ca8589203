using System.Text.Json;

namespace OfflineActions.SyncGateway;

/// <summary>The few members of a document that say whether it requests an action, and which.</summary>
/// <param name="Id">Its <c>_id</c>; null when there is none, or it is not a string.</param>
/// <param name="Revision">Its <c>_rev</c>; null when there is none, or it is not a string.</param>
/// <param name="Action">Its <c>action</c>; null when there is none, it is not a string, or the document is deleted.</param>
/// <param name="NotBefore">Its <c>notBefore</c>; null when there is none, or it is not a string.</param>
public sealed record DocumentState(string? Id, string? Revision, string? Action, string? NotBefore = null)
{
    /// <summary>Reads the members in one pass, without building the document. Of a member that occurs twice, the last counts.</summary>
    /// <param name="json">One JSON object. Invalid UTF-8 and lone surrogates in it are replaced with U+FFFD.</param>
    /// <param name="maxDepth">How deep the JSON may be nested.</param>
    /// <exception cref="JsonException">It is not one JSON object, or is nested deeper.</exception>
    public static DocumentState Read(byte[] json, int maxDepth) => ReadValid(DocumentJson.MakeValid(json), maxDepth);

    /// <summary>The same for JSON of any depth; null when it is not one JSON object.</summary>
    public static DocumentState? TryRead(byte[] json)
    {
        try
        {
            return Read(json, int.MaxValue);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The same for JSON whose text is valid already.</summary>
    internal static DocumentState ReadValid(ReadOnlySpan<byte> json, int maxDepth)
    {
        string? id = null, revision = null, action = null, notBefore = null;
        bool isDeleted = false, isRemoved = false;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            throw new JsonException("A document is a JSON object.");
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("_id"u8))
            {
                id = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("_rev"u8))
            {
                revision = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("action"u8))
            {
                action = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("notBefore"u8))
            {
                notBefore = ReadText(ref reader);
            }
            else if (reader.ValueTextEquals("_deleted"u8))
            {
                isDeleted = ReadFlag(ref reader);
            }
            else if (reader.ValueTextEquals("_removed"u8))
            {
                isRemoved = ReadFlag(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        // Throws when anything follows the object.
        reader.Read();
        return new DocumentState(id, revision, isDeleted || isRemoved ? null : action, notBefore);
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = reader.TokenType is JsonTokenType.String ? reader.GetString() : null;
        reader.Skip();
        return text;
    }

    private static bool ReadFlag(ref Utf8JsonReader reader)
    {
        reader.Read();
        var isTrue = reader.TokenType is JsonTokenType.True;
        reader.Skip();
        return isTrue;
    }
}
