using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.Webhooks;

/// <summary>The little a webhook's body tells the gateway. The rest of the document is the app's and is not looked at.</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="Revision">The <c>_rev</c> that is current as far as this webhook knows.</param>
/// <param name="Request">The document's <c>action</c> when it is a living document that asks for something, else null.</param>
internal sealed partial record ChangedDocument(string Id, string Revision, string? Request)
{
    /// <summary>Reads a webhook's body, or says what is wrong with it.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ChangedDocument? document, [NotNullWhen(false)] out string? mistake)
    {
        document = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            mistake = Read(json.RootElement, out document);
        }
        catch (JsonException error)
        {
            mistake = $"The body is no JSON that can be read (line {error.LineNumber + 1}, byte {error.BytePositionInLine}), or is nested deeper than 64 levels.";
        }

        return mistake is null;
    }

    private static string? Read(JsonElement body, out ChangedDocument? document)
    {
        document = null;
        if (body.ValueKind is not JsonValueKind.Object)
        {
            return $"The body must be a JSON object, a document as Sync Gateway posts it; this is {Named(body.ValueKind)}.";
        }

        if (Text(body, "_id") is not { } id)
        {
            return "The document has no _id, or it is no string. Sync Gateway's document_changed webhook sends one.";
        }

        if (!DocumentId.IsValid(id))
        {
            return "The _id is none that Sync Gateway gives a document: 1 to 250 bytes, not beginning with an underscore.";
        }

        if (Text(body, "_rev") is not { } revision || !Generation().IsMatch(revision))
        {
            return "The document has no _rev, or it is no revision id like 1-cd809becc169215072fd567eebd8b8de.";
        }

        var deleted = body.TryGetProperty("_deleted", out var tombstone) && tombstone.ValueKind is JsonValueKind.True;
        document = new ChangedDocument(id, revision, deleted ? null : ActionRequest(body));
        return null;
    }

    private static string? ActionRequest(JsonElement body) =>
        Text(body, "action") is { } action && action.EndsWith(Contracts.ActionStates.RequestSuffix, StringComparison.Ordinal) ? action : null;

    private static string? Text(JsonElement body, string property) =>
        body.TryGetProperty(property, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string Named(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    [GeneratedRegex("^[1-9][0-9]{0,9}-[^\\s]{1,128}$")]
    private static partial Regex Generation();
}
