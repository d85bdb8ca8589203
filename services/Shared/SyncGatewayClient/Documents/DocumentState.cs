using System.Text.Json;
using System.Text.Json.Nodes;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.SyncGateway;

/// <summary>The few members of a document that say whether it requests an action, and which.</summary>
/// <param name="Id">Its <c>_id</c>; null when there is none, or it is not a string.</param>
/// <param name="Revision">Its <c>_rev</c>; null when there is none, or it is not a string.</param>
/// <param name="Action">Its <c>action</c>; null when there is none, it is not a string, or the document is deleted.</param>
/// <param name="NotBefore">Its <c>notBefore</c>; null when there is none, or it is not a string.</param>
/// <param name="Trace">Its <c>traceparent</c>; null when there is none, there are two, or it is not valid.</param>
/// <param name="RequestedAt">Its <c>requestedAt</c>; null when there is none, or it is not a string, or too long for a time.</param>
/// <param name="Priority">Its <c>priority</c>; null when there is none, or it is not a string, or too long for a word.</param>
/// <param name="NextAttemptAt">The <c>nextAttemptAt</c> of its <c>progress</c>; null under the same conditions.</param>
public sealed record DocumentState(
    string? Id,
    string? Revision,
    string? Action,
    string? NotBefore = null,
    TraceContext? Trace = null,
    string? RequestedAt = null,
    string? Priority = null,
    string? NextAttemptAt = null)
{
    /// <summary>Each character of a time may be escaped.</summary>
    private const int MaxTimeBytes = 6 * 40;

    private const int MaxWordBytes = 6 * 40;

    /// <summary>
    /// Reads the members in one pass, without building the document. Of a member that occurs twice, the last counts; but a document with
    /// two traces has none.
    /// </summary>
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

    /// <summary>The same members of a document that was read as a whole.</summary>
    internal static DocumentState From(Document document) => new(
        document.Id,
        document.Revision,
        document.Action,
        document.Text("notBefore"),
        document.Trace,
        document.Body.Text("requestedAt", MaxTimeBytes),
        document.Priority,
        document.Body.Contains("progress") && document.Body["progress"] is JsonObject progress
            && progress["nextAttemptAt"] is JsonValue time && time.TryGetValue<string>(out var next) && next.Length <= MaxTimeBytes
            ? next
            : null);

    /// <summary>The same for JSON whose text is valid already.</summary>
    internal static DocumentState ReadValid(ReadOnlySpan<byte> json, int maxDepth)
    {
        string? id = null, revision = null, action = null, notBefore = null, trace = null, requestedAt = null, priority = null;
        string? nextAttemptAt = null;
        var traces = 0;
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
            else if (reader.ValueTextEquals("traceparent"u8))
            {
                trace = ReadText(ref reader, TraceContext.MaxJsonBytes);
                traces++;
            }
            else if (reader.ValueTextEquals("requestedAt"u8))
            {
                requestedAt = ReadText(ref reader, MaxTimeBytes);
            }
            else if (reader.ValueTextEquals("priority"u8))
            {
                priority = ReadText(ref reader, MaxWordBytes);
            }
            else if (reader.ValueTextEquals("progress"u8))
            {
                nextAttemptAt = ReadMember(ref reader, "nextAttemptAt"u8, MaxTimeBytes);
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
        return new DocumentState(
            id,
            revision,
            isDeleted || isRemoved ? null : action,
            notBefore,
            traces == 1 ? TraceContext.Parse(trace) : null,
            requestedAt,
            priority,
            nextAttemptAt);
    }

    /// <returns>The text <paramref name="name"/> of an object; null for anything else.</returns>
    private static string? ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> name, int maxBytes)
    {
        string? text = null;
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
            {
                text = ReadText(ref reader, maxBytes);
            }
            else
            {
                reader.Skip();
            }
        }

        return text;
    }

    /// <returns>Null for anything but a string of at most <paramref name="maxBytes"/> bytes.</returns>
    private static string? ReadText(ref Utf8JsonReader reader, int maxBytes = int.MaxValue)
    {
        reader.Read();
        var text = reader.TokenType is JsonTokenType.String && reader.ValueSpan.Length <= maxBytes ? reader.GetString() : null;
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
