using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary>Administration of documents: <c>_raw</c>, <c>_revtree</c> and <c>_purge</c>.</summary>
internal static class RawResource
{
    /// <summary>The document with its sync metadata, in the format in which Sync Gateway stores it.</summary>
    public static Task GetAsync(RequestContext context)
    {
        var document = Find(context);
        Utf8Buffer output;
        lock (document)
        {
            var winner = document.Tree.Winner ?? throw new HttpError(404, "missing");
            var body = context.Query("include_doc") == "false" ? "{}"u8
                : winner.Deleted ? """{"_deleted":true}"""u8
                : winner.Body.GetValueOrDefault().Span;
            output = new Utf8Buffer(body.Length + 256).Append(body[..^1]);
            output.Append(output.Length > 1 ? ",\"_sync\":"u8 : "\"_sync\":"u8);
            WriteSync(document, winner, output);
        }

        return context.ReplyAsync(200, output.Append((byte)'}').Memory);
    }

    /// <summary>The revision tree in the format of Graphviz.</summary>
    public static Task TreeAsync(RequestContext context)
    {
        var document = Find(context);
        if (!context.Accepts("text/plain"))
        {
            throw new HttpError(406, "only text/plain available");
        }

        var text = new StringBuilder("digraph graphname{");
        lock (document)
        {
            foreach (var revision in Revisions(document))
            {
                text.Append(revision.Deleted ? $"\"{revision.Id}\" [fontcolor=red];" : "");
                text.Append(revision.Parent is { } parent ? $"\"{parent.Id}\" -> \"{revision.Id}\"; " : "");
            }
        }

        context.Response.ContentType = "text/plain; charset=UTF-8";
        return context.WriteAsync(Encoding.UTF8.GetBytes(text.Append('}').ToString()));
    }

    /// <summary>Removes documents without tombstones.</summary>
    public static async Task PurgeAsync(RequestContext context)
    {
        CanonicalObject sent;
        try
        {
            sent = await context.ReadObjectAsync();
        }
        catch (HttpError)
        {
            throw new HttpError(400, "_purge document ID's must be passed as a JSON");
        }

        var output = new Utf8Buffer().Append("{\"purged\":{\r\n"u8);
        var first = true;
        foreach (var member in sent.Members)
        {
            // Entries that do not ask for all revisions are ignored, as in Sync Gateway.
            var id = Encoding.UTF8.GetString(member.Name.Span);
            if (sent.ValueOf(member).Span.SequenceEqual("[\"*\"]"u8) && context.Documents.Purge(id))
            {
                output.Append(first ? ""u8 : ","u8).Text(id).Append(" : [\"*\"]\n"u8);
                first = false;
            }
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = ChangesResource.Uncached;
        await context.StreamAsync(output.Append("}\n}\n"u8).Memory);
    }

    private static StoredDocument Find(RequestContext context) =>
        context.Documents.Find(DocumentId.Check(context.Name)) is { Tree.Winner: not null } found
            ? found
            : throw new HttpError(404, "missing");

    private static List<Revision> Revisions(StoredDocument document) =>
        [.. document.Tree.Leaves.SelectMany(leaf => leaf.History()).Distinct().OrderBy(revision => revision.Id)];

    private static void WriteSync(StoredDocument document, Revision winner, Utf8Buffer output)
    {
        var revisions = Revisions(document);
        output.Append("{\"rev\":"u8).Text(winner.Id.ToString()).Append(",\"sequence\":"u8).Append(document.Sequence);
        output.Append(",\"history\":{\"revs\":"u8).Texts(revisions.Select(revision => revision.Id.ToString()));
        WriteNumbers(output.Append(",\"parents\":"u8), revisions.Select(revision => revision.Parent is { } parent ? revisions.IndexOf(parent) : -1));
        if (revisions.Exists(revision => revision.Deleted))
        {
            WriteNumbers(output.Append(",\"deleted\":"u8), revisions.Select((revision, at) => (revision, at)).Where(one => one.revision.Deleted).Select(one => one.at));
        }

        output.Append("},\"channels\":{"u8);
        var separator = ""u8;
        foreach (var (channel, removal) in document.Channels?.All.OrderBy(pair => pair.Key, StringComparer.Ordinal) ?? Enumerable.Empty<KeyValuePair<string, ChannelRemoval?>>())
        {
            output.Append(separator).Text(channel).Append((byte)':');
            _ = removal is null
                ? output.Append("null"u8)
                : output.Append("{\"seq\":"u8).Append(removal.Sequence).Append(",\"rev\":"u8).Text(removal.Revision.ToString()).Append(removal.Deleted ? ",\"del\":true}"u8 : "}"u8);
            separator = ","u8;
        }

        output.Append("}}"u8);
    }

    private static void WriteNumbers(Utf8Buffer output, IEnumerable<int> numbers) => output.Append($"[{string.Join(',', numbers)}]");
}
