using System.Collections.Concurrent;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Store;

/// <summary>
/// The <c>_local</c> documents. They have no revision tree and are not in the feed; their revisions are <c>0-1</c>, <c>0-2</c> and so on.
/// </summary>
internal sealed class LocalDocuments(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<string, LocalDocument> documents = new(StringComparer.Ordinal);

    public IEnumerable<LocalDocument> All => documents.Values;

    /// <summary>How long an unused document is kept; zero for no limit.</summary>
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromDays(90);

    public LocalDocument? Find(string id)
    {
        var now = clock.GetUtcNow();
        if (documents.TryGetValue(id, out var document) && Lifetime > TimeSpan.Zero && now - document.Touched > Lifetime)
        {
            documents.TryRemove(new(id, document));
            return null;
        }

        return document is not null && documents.TryUpdate(id, document with { Touched = now }, document)
            ? document
            : documents.GetValueOrDefault(id);
    }

    /// <exception cref="HttpError">
    /// 409: the revision is not the current one. 404: a revision was sent, but the document does not exist.
    /// </exception>
    public LocalDocument Put(string id, CanonicalObject sent)
    {
        var revision = sent.Text("_rev"u8);
        var body = sent.Only(static name => name.Span is not [(byte)'_', ..]);
        lock (gate)
        {
            if (Find(id) is { } present)
            {
                return revision == present.Revision
                    ? documents[id] = present with { Number = present.Number + 1, Body = body, Touched = clock.GetUtcNow() }
                    : throw Conflict();
            }

            return string.IsNullOrEmpty(revision)
                ? documents[id] = new(id, 1, body, clock.GetUtcNow())
                : throw Missing();
        }
    }

    /// <exception cref="HttpError">409: the revision is not the current one. 404: the document does not exist.</exception>
    public void Delete(string id, string? revision)
    {
        lock (gate)
        {
            var present = Find(id) ?? throw Missing();
            if (revision != present.Revision)
            {
                throw Conflict();
            }

            documents.TryRemove(id, out _);
        }
    }

    public void Restore(string id, int number, byte[] body) => documents[id] = new(id, number, body, clock.GetUtcNow());

    private static HttpError Conflict() => new(409, "Document update conflict");

    private static HttpError Missing() => new(404, "No previous revision to replace");
}

/// <param name="Id">The id without <c>_local/</c>.</param>
/// <param name="Number">The N of its revision 0-N.</param>
/// <param name="Body">The user's members as canonical JSON.</param>
/// <param name="Touched">When it was last read or written.</param>
internal sealed record LocalDocument(string Id, int Number, byte[] Body, DateTimeOffset Touched)
{
    public string Revision => $"0-{Number}";
}
