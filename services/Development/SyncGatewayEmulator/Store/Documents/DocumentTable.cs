using System.Diagnostics.CodeAnalysis;

namespace OfflineActions.Emulators.Store;

/// <summary>
/// Documents by id, partitioned to reduce lock contention. Thread-safe. Not a <c>ConcurrentDictionary</c>, which allocates an object for
/// each entry: with a million documents that doubles the cost of garbage collection.
/// </summary>
internal sealed class DocumentTable(DocumentStore store)
{
    private readonly HashSet<StoredDocument>.AlternateLookup<string>[] parts =
        [.. Enumerable.Range(0, 64).Select(_ => new HashSet<StoredDocument>(new ById(store)).GetAlternateLookup<string>())];

    public IEnumerable<StoredDocument> All => parts.SelectMany(part =>
    {
        lock (part.Set)
        {
            return part.Set.ToList();
        }
    });

    public StoredDocument? Find(string id)
    {
        var part = PartOf(id);
        lock (part.Set)
        {
            return part.TryGetValue(id, out var found) ? found : null;
        }
    }

    public StoredDocument FindOrAdd(string id)
    {
        var part = PartOf(id);
        lock (part.Set)
        {
            if (!part.TryGetValue(id, out var found))
            {
                found = new(id, store);
                part.Set.Add(found);
            }

            return found;
        }
    }

    public void Put(StoredDocument document)
    {
        var part = PartOf(document.DocumentId);
        lock (part.Set)
        {
            part.Remove(document.DocumentId);
            part.Set.Add(document);
        }
    }

    private HashSet<StoredDocument>.AlternateLookup<string> PartOf(string id) =>
        parts[(uint)id.GetHashCode(StringComparison.Ordinal) % parts.Length];

    /// <summary>The id is in the document, so a table needs no keys.</summary>
    private sealed class ById(DocumentStore store) : IEqualityComparer<StoredDocument>, IAlternateEqualityComparer<string, StoredDocument>
    {
        public bool Equals(StoredDocument? one, StoredDocument? other) =>
            one == other || (one is not null && other is not null && one.IdSpan.SequenceEqual(other.IdSpan));

        public bool Equals(string id, StoredDocument other) => other.IdSpan.SequenceEqual(id);

        public int GetHashCode([DisallowNull] StoredDocument document) => string.GetHashCode(document.IdSpan, StringComparison.Ordinal);

        public int GetHashCode(string id) => id.GetHashCode(StringComparison.Ordinal);

        public StoredDocument Create(string id) => new(id, store);
    }
}
