using System.Globalization;
using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Rest;

/// <summary><c>_all_docs</c>: all documents by id.</summary>
internal static class AllDocumentsResource
{
    public static async Task AnswerAsync(RequestContext context)
    {
        if (!context.Admin && context.Database.Configuration.DisablePublicAllDocuments)
        {
            throw new HttpError(403, "public access to _all_docs is disabled for this database");
        }

        IReadOnlyList<string>? keys = null;
        if (context.Request.Method == "POST")
        {
            var sent = await context.ReadObjectAsync();
            keys = (sent.Value("keys"u8) is { } listed ? BulkRequest.Texts(listed) : null)
                ?? throw new HttpError(400, "Bad/missing keys");
        }
        else if (context.Request.Method == "GET")
        {
            keys = context.QueryTexts("keys", "Bad keys");
        }

        var limit = int.TryParse(context.Query("limit"), CultureInfo.InvariantCulture, out var most) && most > 0 ? most : int.MaxValue;
        var output = new Utf8Buffer(4096).Append("{\"rows\":[\n"u8);
        var total = 0;
        foreach (var (id, snapshot) in (keys is null ? Range(context) : Listed(context, keys)).Take(limit))
        {
            output.Append(total++ > 0 ? ","u8 : ""u8).Append("{\"key\":"u8).Text(id);
            if (!DocumentId.IsValid(id))
            {
                output.Append(",\"error\":\"bad_request\",\"status\":400}\n"u8);
            }
            else if (snapshot is null)
            {
                output.Append(",\"error\":\"not_found\",\"status\":404}\n"u8);
            }
            else if (!IsVisible(context, snapshot))
            {
                output.Append(",\"error\":\"forbidden\",\"status\":403}\n"u8);
            }
            else if (!IsLive(snapshot))
            {
                output.Append(",\"error\":\"not_found\",\"status\":404}\n"u8);
            }
            else
            {
                WriteRow(context, output, snapshot, withSequence: keys is null && context.Flag("update_seq"));
            }
        }

        context.Response.ContentType = "application/json";
        await context.StreamAsync(output
            .Append("],\n\"total_rows\":"u8).Append(total)
            .Append(",\"update_seq\":"u8).Append(context.Database.Sequences.Last)
            .Append((byte)'}').Memory);
    }

    private static void WriteRow(RequestContext context, Utf8Buffer output, DocumentSnapshot snapshot, bool withSequence)
    {
        output.Append(",\"id\":"u8).Text(snapshot.Id).Append(",\"value\":{\"rev\":"u8).Text(snapshot.Revision.ToString());
        var access = context.Access;
        if (context.Flag("channels"))
        {
            output.Append(",\"channels\":"u8).Texts(snapshot.Outcome.Channels.Where(name => access is null || access.SeesAll || access.Channels.ContainsKey(name)));
        }

        output.Append((byte)'}');
        _ = context.Flag("include_docs") ? output.Append(",\"doc\":"u8).Append(RevisionView.From(snapshot).WriteStored()) : output;
        _ = withSequence ? output.Append(",\"update_seq\":"u8).Append(snapshot.Sequence) : output;
        output.Append("}\n"u8);
    }

    private static bool IsVisible(RequestContext context, DocumentSnapshot snapshot) => context.Access?.CanSee(snapshot.Outcome) ?? true;

    private static IEnumerable<(string Id, DocumentSnapshot? Snapshot)> Listed(RequestContext context, IReadOnlyList<string> keys) =>
        keys.Select(key => (key, context.Documents.Find(key)?.Read(history: context.Flag("revs"))));

    private static IEnumerable<(string Id, DocumentSnapshot? Snapshot)> Range(RequestContext context)
    {
        var from = Key(context, "startkey");
        var to = Key(context, "endkey");
        return context.Documents.All
            .Select(document => (Id: document.DocumentId, Document: document))
            .Where(row => (from is null || string.CompareOrdinal(row.Id, from) >= 0)
                && (to is null || string.CompareOrdinal(row.Id, to) <= 0))
            .OrderBy(row => row.Id, StringComparer.Ordinal)
            .Select(row => (row.Id, Snapshot: row.Document.Read(history: context.Flag("revs"))))
            .Where(row => row.Snapshot is { } found && IsLive(found) && IsVisible(context, found));
    }

    private static bool IsLive(DocumentSnapshot snapshot) => snapshot is { Deleted: false, Body: not null };

    // Keys are JSON strings, but unquoted text is accepted too.
    private static string? Key(RequestContext context, string name) => context.Query(name) is { } text
        ? text is ['"', ..] && DocumentBody.ReadStrings(Encoding.UTF8.GetBytes($"[{text}]")) is [var key] ? key : text
        : null;
}
