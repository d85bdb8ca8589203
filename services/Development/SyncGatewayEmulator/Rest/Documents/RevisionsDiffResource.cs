using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary><c>_revs_diff</c>, which a replicator calls before it sends documents.</summary>
internal static class RevisionsDiffResource
{
    private const int FarthestAncestor = 100;

    /// <summary>Returns which of the sent revisions do not exist.</summary>
    public static async Task AnswerAsync(RequestContext context)
    {
        var sent = await context.ReadObjectAsync(GoTypes.Revisions);
        var output = new Utf8Buffer().Append((byte)'{');
        foreach (var member in sent.Members)
        {
            var id = Encoding.UTF8.GetString(member.Name.Span);
            var document = context.Documents.Find(id);
            var asked = DocumentBody.ReadStrings(sent.ValueOf(member))!;
            var missing = asked.Where(revision => !Has(document, revision)).ToList();
            if (missing.Count == 0)
            {
                continue;
            }

            output.Append(output.Length > 1 ? ",\n"u8 : ""u8).Append(GoText.Quote(id)).Append(":{\"missing\":"u8).Texts(missing);
            if (AncestorsOf(document, asked, missing) is { Count: > 0 } ancestors)
            {
                output.Append(",\"possible_ancestors\":"u8).Texts(ancestors);
            }

            output.Append("}\n"u8);
        }

        // Without a content type, as in Sync Gateway.
        await context.StreamAsync(output.Append((byte)'}').Memory);
    }

    private static bool Has(StoredDocument? document, string revision) =>
        RevisionId.TryParse(revision, out var id) && document?.Read(id) is not null;

    /// <summary>The ends of branches that were not asked for, up to 100 generations before a missing revision.</summary>
    private static List<string> AncestorsOf(StoredDocument? document, IReadOnlyList<string> asked, List<string> missing)
    {
        var generations = missing.Select(revision => RevisionId.TryParse(revision, out var id) ? id.Generation : 0).ToList();
        return
        [
            .. (document?.ReadLeaves()?.Leaves ?? [])
                .Where(leaf => generations.Exists(newer => leaf.Generation < newer && leaf.Generation >= newer - FarthestAncestor))
                .Select(leaf => leaf.ToString())
                .Except(asked),
        ];
    }
}
