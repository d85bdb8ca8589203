using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary><c>_revs_diff</c>, which a replicator calls before it sends documents.</summary>
internal static class RevisionsDiffResource
{
    /// <summary>Returns which of the sent revisions do not exist.</summary>
    public static async Task AnswerAsync(RequestContext context)
    {
        var sent = await context.ReadObjectAsync(GoTypes.Revisions);
        var output = new Utf8Buffer().Append((byte)'{');
        foreach (var member in sent.Members)
        {
            var id = Encoding.UTF8.GetString(member.Name.Span);
            var document = context.Documents.Find(id);
            var missing = DocumentBody.ReadStrings(sent.ValueOf(member))!
                .Where(revision => !RevisionId.TryParse(revision, out var id) || document?.Read(id) is null)
                .ToList();
            if (missing.Count == 0)
            {
                continue;
            }

            var newest = missing.Max(revision => RevisionId.TryParse(revision, out var id) ? id.Generation : 0);
            var ancestors = (document?.ReadLeaves()?.Leaves ?? []).Where(leaf => leaf.Generation < newest).ToList();
            output.Append(output.Length > 1 ? ",\n"u8 : ""u8).Text(id)
                .Append(":{\"missing\":"u8).Texts(missing);
            if (ancestors.Count > 0)
            {
                output.Append(",\"possible_ancestors\":"u8).Texts(ancestors.Select(leaf => leaf.ToString()));
            }

            output.Append("}\n"u8);
        }

        await context.ReplyAsync(200, output.Append((byte)'}').Memory);
    }
}
