using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// A chain: <c>"then": ["image_text_request", "person_request"]</c> in a document says what to request next when its action succeeds. The
/// worker takes the first name out of the list and writes it as the next request. So it writes at most as many requests as the app listed.
/// </summary>
internal static class Chain
{
    /// <summary>The property of the app: the requests that follow, an array of strings.</summary>
    public const string Then = "then";

    /// <summary>
    /// The property that the worker adds to each request that it writes: <c>{"after": "3-cd80…"}</c>, the revision that was the request
    /// before. A message for that revision, or for one before it, has been answered: one that comes late must not perform the next request.
    /// </summary>
    public const string Note = "chain";

    /// <summary>The most requests in <see cref="Then"/>.</summary>
    public const int MaxLength = 10;

    /// <summary>What is wrong with <see cref="Then"/>; null when it is valid, or there is none.</summary>
    public static ActionFailure? FindFault(Document document, ActionCatalog catalog)
    {
        if (document.Body.IsNullOrMissing(Then))
        {
            return null;
        }

        if (document.Body[Then] is not JsonArray then)
        {
            return Fail($"then must be a list of requests like [\"{catalog.Actions[0].States.Request}\"].");
        }

        if (then.Count > MaxLength)
        {
            return Fail($"then has {then.Count} requests. At most {MaxLength} are allowed.");
        }

        for (var index = 0; index < then.Count; index++)
        {
            if (then[index]?.GetValueKind() is not JsonValueKind.String || catalog.FindByRequest(then[index]!.GetValue<string>()) is null)
            {
                // Without the name: it may be any text of any length.
                var known = string.Join(", ", catalog.Actions.Select(action => action.States.Request));
                return Fail($"Number {index + 1} in then is no request that is known here. There are: {known}.");
            }
        }

        return null;
    }

    /// <summary>The next request, and those after it; null when the chain ends here. <see cref="FindFault"/> must have found none.</summary>
    public static (string Request, JsonArray Then)? ReadNext(Document document)
    {
        if (document.Body.IsNullOrMissing(Then) || document.Body[Then] is not JsonArray { Count: > 0 } then)
        {
            return null;
        }

        var request = then[0]!.GetValue<string>();
        then.RemoveAt(0);
        return (request, then);
    }

    /// <summary>The value of <see cref="Note"/> in the request that follows the one of <paramref name="revision"/>.</summary>
    public static JsonObject CreateNote(string revision) => new() { ["after"] = revision };

    /// <summary>Whether <see cref="Note"/> is the worker's, and not a property of the app that happens to have this name.</summary>
    public static bool HasNote(Document document) => ReadNote(document) is not null;

    /// <summary>
    /// Whether the message of <paramref name="revision"/> belongs to an earlier request of the chain. It is so when the revision is not
    /// later than the one in the note. The note counts only when it is older than its document, so that no app can write one that makes
    /// the current request wait for ever.
    /// </summary>
    public static bool IsAnswered(Document document, string revision) =>
        ReadNote(document) is { } note
        && GetGeneration(note) is { } answered
        && answered < GetGeneration(document.Revision)
        && GetGeneration(revision) <= answered;

    private static string? ReadNote(Document document) =>
        document.Body.Contains(Note) && document.Body[Note] is JsonObject note
        && note["after"] is JsonValue after && after.TryGetValue<string>(out var revision)
            ? revision
            : null;

    /// <summary>The number that a revision begins with: one more with each revision of a document.</summary>
    private static int? GetGeneration(string revision)
    {
        var digits = revision.AsSpan(0, Math.Max(0, revision.IndexOf('-', StringComparison.Ordinal)));
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : null;
    }

    private static ActionFailure Fail(string message) => new(FailureCodes.InvalidThen, message, Retryable: false);
}
