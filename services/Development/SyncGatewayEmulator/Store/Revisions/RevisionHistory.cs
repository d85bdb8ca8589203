using System.Globalization;
using System.Text.Json;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Store;

/// <summary>The <c>_revisions</c> member: <c>{"start":3,"ids":["c","b","a"]}</c> is 3-c, 2-b, 1-a.</summary>
internal static class RevisionHistory
{
    /// <summary>The history of a replicated revision. Without the member, it is the revision in <c>_rev</c> alone.</summary>
    /// <returns>The ids, newest first.</returns>
    /// <exception cref="HttpError">400: the history is missing or invalid.</exception>
    public static IReadOnlyList<RevisionId> Parse(CanonicalObject document)
    {
        if (document.Value("_revisions"u8) is not { } json)
        {
            // A number without a dash passes for the generation, but not for an id.
            return document.Text("_rev"u8) is { } alone
                && int.TryParse(alone.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
                && generation > 0
                    ? [RevisionId.Parse(alone)]
                    : throw Bad();
        }

        if (json.Span[0] != '{' || CanonicalObject.Parse(json) is not { } revisions)
        {
            throw Bad();
        }

        var digests = revisions.Value("ids"u8) is { } ids ? CanonicalObject.ElementsOf(ids).Select(CanonicalObject.TextOf).ToList() : [];
        if (!TryInteger(revisions.Value("start"u8), out var start)
            || digests.Count == 0
            || start < digests.Count
            || digests.Any(digest => digest is null))
        {
            throw Bad();
        }

        return [.. digests.Select((digest, at) => new RevisionId(start - at, digest!))];
    }

    public static byte[] Write(IReadOnlyList<RevisionId> history)
    {
        var output = new Utf8Buffer().Append("""{"ids":["""u8);
        for (var i = 0; i < history.Count; i++)
        {
            output.Append(i > 0 ? ","u8 : ""u8).Text(history[i].Digest);
        }

        return output.Append("],\"start\":"u8).Append(history[0].Generation).Append((byte)'}').ToArray();
    }

    private static bool TryInteger(ReadOnlyMemory<byte>? json, out int value)
    {
        value = 0;
        if (json is not { } text)
        {
            return false;
        }

        var reader = CanonicalJson.Read(text.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out value);
    }

    private static HttpError Bad() => new(400, "Bad _revisions");
}
