using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.Webhooks;

/// <summary>What a webhook says about a document.</summary>
/// <param name="Id">The document's <c>_id</c>.</param>
/// <param name="Revision">The <c>_rev</c> that was current when the webhook was sent.</param>
/// <param name="Request">The document's <c>action</c> when it requests one; else null.</param>
/// <param name="Origin">How that request began; null when nothing of it is needed.</param>
/// <param name="Lane">The lane of the request.</param>
/// <param name="NextAttemptAt">The <c>nextAttemptAt</c> of the document's <c>progress</c>; null when it has none that can be read.</param>
internal sealed partial record ChangedDocument(
    string Id,
    string Revision,
    string? Request,
    RequestOrigin? Origin = null,
    Lane Lane = Lane.Interactive,
    DateTimeOffset? NextAttemptAt = null)
{
    /// <summary>Reads a webhook's body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="document">What it says.</param>
    /// <param name="error">A sentence about what is wrong with it.</param>
    public static bool TryRead(byte[] body, [NotNullWhen(true)] out ChangedDocument? document, [NotNullWhen(false)] out string? error)
    {
        document = null;
        try
        {
            error = DescribeOtherThanObject(body) ?? Read(DocumentState.Read(body, Document.MaxDepth), out document);
        }
        catch (JsonException exception)
        {
            error = DocumentState.TryRead(body) is null
                ? $"The body is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine})."
                : $"The document is nested deeper than {Document.MaxDepth} levels.";
        }

        return error is null;
    }

    private static string? Read(DocumentState state, out ChangedDocument? document)
    {
        document = null;
        if (state.Id is not { } id)
        {
            return "The document has no _id, or it is no string. Sync Gateway's document_changed webhook sends one.";
        }

        if (!DocumentId.IsValid(id))
        {
            return "The _id is not valid: Sync Gateway's have 1 to 250 bytes and do not begin with an underscore.";
        }

        if (state.Revision is not { } revision || !RevisionId().IsMatch(revision))
        {
            return "The document has no _rev, or it is no revision id like 1-cd809becc169215072fd567eebd8b8de.";
        }

        document = ActionStates.IsRequest(state.Action)
            ? new ChangedDocument(
                id,
                revision,
                state.Action,
                RequestOrigin.From(state.Trace, state.RequestedAt),
                Lanes.FromPriority(state.Priority),
                Rfc3339.Parse(state.NextAttemptAt))
            : new ChangedDocument(id, revision, Request: null);
        return null;
    }

    private static string? DescribeOtherThanObject(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        var found = reader.TokenType switch
        {
            JsonTokenType.StartObject => null,
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "a number",
            JsonTokenType.Null => "null",
            _ => "a boolean",
        };
        return found is null ? null : $"The body must be a JSON object, a document as Sync Gateway posts it; this is {found}.";
    }

    [GeneratedRegex(@"^[1-9][0-9]{0,9}-[^\s]{1,128}\z")]
    private static partial Regex RevisionId();
}
