using System.Globalization;
using System.Text;
using Emulators.Json;
using Emulators.SyncGateway.Store;

namespace Emulators.SyncGateway.Wire;

/// <summary>The list of all documents by id.</summary>
internal static class AllDocumentsResource
{
    public static async Task Answer(Exchange exchange)
    {
        var sent = exchange.Request.Method == "POST" ? await exchange.ReadObject() : null;
        var keys = sent?.Value("keys"u8) is { } given ? DocumentBody.ParseStrings(given)
            : exchange.Query("keys") is { } listed ? DocumentBody.ParseStrings(Encoding.UTF8.GetBytes(listed))
            : null;
        var includeDocuments = exchange.Flag("include_docs") || (sent?.IsTrue("include_docs"u8) ?? false);
        var limit = int.TryParse(exchange.Query("limit"), CultureInfo.InvariantCulture, out var most) && most > 0 ? most : int.MaxValue;

        var output = new Utf8Buffer(4096).Append("{\"rows\":["u8);
        var total = 0;
        foreach (var (id, snapshot) in (keys is null ? Range(exchange) : Listed(exchange, keys)).Take(limit))
        {
            output.Append(total++ > 0 ? ",\n"u8 : "\n"u8).Append("{\"key\":"u8).Text(id);
            if (snapshot is null)
            {
                output.Append(",\"error\":\"not_found\",\"status\":404}"u8);
                continue;
            }

            output.Append(",\"id\":"u8).Text(id).Append(",\"value\":{\"rev\":"u8).Text(snapshot.Revision.ToString()).Append((byte)'}');
            _ = includeDocuments ? output.Append(",\"doc\":"u8).Append(DocumentReading.Write(exchange, snapshot)) : output;
            output.Append((byte)'}');
        }

        await exchange.Reply(200, output
            .Append("],\n\"total_rows\":"u8).Append(total)
            .Append(",\"update_seq\":"u8).Append(exchange.Database.Documents.Sequences.Last)
            .Append("}\n"u8).Memory);
    }

    private static IEnumerable<(string Id, DocumentSnapshot? Snapshot)> Listed(Exchange exchange, IReadOnlyList<string> keys) =>
        keys.Select(key => (key, Live(exchange.Database.Documents.Find(key))));

    private static IEnumerable<(string Id, DocumentSnapshot? Snapshot)> Range(Exchange exchange)
    {
        var from = Key(exchange, "startkey");
        var to = Key(exchange, "endkey");
        return exchange.Database.Documents.All
            .Where(document => (from is null || string.CompareOrdinal(document.Id, from) >= 0)
                && (to is null || string.CompareOrdinal(document.Id, to) <= 0))
            .OrderBy(document => document.Id, StringComparer.Ordinal)
            .Select(document => (document.Id, Snapshot: Live(document)))
            .Where(row => row.Snapshot is not null);
    }

    private static DocumentSnapshot? Live(StoredDocument? document) =>
        document?.Read() is { Deleted: false, Body: not null } live ? live : null;

    // Keys are JSON strings, but a bare word is understood too.
    private static string? Key(Exchange exchange, string name) => exchange.Query(name) is { } text
        ? text is ['"', .., '"'] ? DocumentBody.ParseStrings(Encoding.UTF8.GetBytes($"[{text}]"))[0] : text
        : null;
}
