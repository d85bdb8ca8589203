using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Wire;

/// <summary>What requests about many documents have in common.</summary>
internal static class BulkRequest
{
    /// <summary>The objects in <c>docs</c>.</summary>
    /// <param name="sent">The request's body.</param>
    /// <param name="otherwise">What to say when one of them is no object.</param>
    /// <exception cref="HttpError">400: there are none, or one is no object.</exception>
    public static List<CanonicalObject> Documents(CanonicalObject sent, string otherwise)
    {
        if (sent.Value("docs"u8) is not { Span: [(byte)'[', ..] } docs)
        {
            throw new HttpError(400, "missing 'docs' property");
        }

        return [.. CanonicalObject.ElementsOf(docs).Select(json => json.Span[0] == '{' ? CanonicalObject.Parse(json)! : throw new HttpError(400, otherwise))];
    }
}
