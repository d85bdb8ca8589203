using System.Globalization;
using System.Text;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators.Wire;

/// <summary>Many revisions in one answer, each as a part.</summary>
internal static class BulkGetResource
{
    public static async Task AnswerAsync(Exchange exchange)
    {
        var documents = BulkRequest.Documents(await exchange.ReadObjectAsync(), "Bad JSON: not an object");
        var options = ReadOptions.Of(exchange);
        var parts = new MultipartWriter();
        foreach (var asked in documents)
        {
            var (id, revision) = (asked.Text("id"u8), asked.Text("rev"u8));
            try
            {
                Find(exchange, asked, id, revision, options).WriteAsPart(parts);
            }
            catch (HttpError refusal)
            {
                WriteError(parts, id ?? "", revision, refusal);
            }
        }

        await parts.ReplyAsync(exchange, "mixed");
    }

    private static RevisionView Find(Exchange exchange, CanonicalObject asked, string? id, string? revision, ReadOptions options)
    {
        if (string.IsNullOrEmpty(id) || (revision is null && asked.Value("rev"u8) is { } given && !given.Span.SequenceEqual("null"u8)))
        {
            throw new HttpError(400, "Invalid doc/rev ID in _bulk_get");
        }

        var since = List(asked, "atts_since"u8);
        var history = options.History;
        if (history > 0 && asked.Value("revs_limit"u8) is { } limit)
        {
            history = int.TryParse(Encoding.UTF8.GetString(limit.Span), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new HttpError(400, $"Invalid revs_limit for doc: {id} in _bulk_get");
        }

        var own = options with { History = history, AttachmentsSince = since ?? [], HistoryFrom = List(asked, "revs_from"u8) ?? since ?? [] };
        return RevisionView.Find(exchange.Documents.Find(id), string.IsNullOrEmpty(revision) ? null : revision, exchange.Viewer, own);
    }

    private static IReadOnlyList<string>? List(CanonicalObject asked, ReadOnlySpan<byte> name) =>
        asked.Value(name) is { Span: [(byte)'[', ..] } array ? DocumentBody.ParseStrings(array) : null;

    private static void WriteError(MultipartWriter parts, string id, string? revision, HttpError refusal)
    {
        var output = new Utf8Buffer().Append("{\"error\":"u8).Text(refusal.RowError)
            .Append(",\"id\":"u8).Text(id)
            .Append(",\"reason\":"u8).Text(refusal.Message);
        _ = string.IsNullOrEmpty(revision) ? output : output.Append(",\"rev\":"u8).Text(revision);
        output.Append(",\"status\":"u8).Append(refusal.Status).Append((byte)'}');
        parts.Add([new("Content-Type", "application/json; error=\"true\"")], output.Written);
    }
}
