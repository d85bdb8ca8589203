using System.Runtime.InteropServices;

namespace OfflineActions.Emulators.Store;

/// <summary>
/// Documents by id, partitioned to reduce lock contention. Thread-safe. Not a <c>ConcurrentDictionary</c>, which allocates an object for
/// each entry: with a million documents that doubles the cost of garbage collection.
/// </summary>
internal sealed class DocumentTable(DocumentStore store)
{
    private readonly Dictionary<string, StoredDocument>[] parts =
        [.. Enumerable.Range(0, 64).Select(_ => new Dictionary<string, StoredDocument>())];

    public IEnumerable<StoredDocument> All => parts.SelectMany(part =>
    {
        lock (part)
        {
            return part.Values.ToList();
        }
    });

    public StoredDocument? Find(string id)
    {
        var part = PartOf(id);
        lock (part)
        {
            return part.GetValueOrDefault(id);
        }
    }

    public StoredDocument FindOrAdd(string id)
    {
        var part = PartOf(id);
        lock (part)
        {
            return CollectionsMarshal.GetValueRefOrAddDefault(part, id, out _) ??= new(id, store);
        }
    }

    public void Put(StoredDocument document)
    {
        var part = PartOf(document.Id);
        lock (part)
        {
            part[document.Id] = document;
        }
    }

    private Dictionary<string, StoredDocument> PartOf(string id) => parts[(uint)id.GetHashCode(StringComparison.Ordinal) % parts.Length];
}
