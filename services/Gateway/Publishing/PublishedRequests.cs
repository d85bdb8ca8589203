namespace OfflineActions.Gateway.Publishing;

/// <summary>
/// What this process has published with the broker's confirm, whichever way, so that it is not published twice. Of each document the
/// newest, and of all no more than a bound: the oldest are forgotten first, at the price of a message too many. Any thread may use it.
/// </summary>
internal sealed class PublishedRequests(int bound)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> byDocument = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> oldestFirst = [];
    private long epoch;

    /// <summary>Changes whenever everything is forgotten: what was sent before counts no longer.</summary>
    public long Epoch => Interlocked.Read(ref epoch);

    /// <summary>The request is in a queue.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="revision">The revision that asks.</param>
    /// <param name="now">The time.</param>
    /// <param name="sentIn">The <see cref="Epoch"/> in which sending began. If it is over, the queue may be gone, and nothing is noted.</param>
    public void Add(string documentId, string revision, TimeSpan now, long sentIn)
    {
        lock (gate)
        {
            if (sentIn != epoch)
            {
                return;
            }

            Remove(documentId);
            byDocument[documentId] = oldestFirst.AddLast(new Entry(documentId, revision, now));
            if (byDocument.Count > bound)
            {
                Remove(oldestFirst.First!.Value.DocumentId);
            }
        }
    }

    /// <summary>When exactly this request was published; null when it was not, as far as is remembered.</summary>
    public TimeSpan? PublishedAt(string documentId, string revision)
    {
        lock (gate)
        {
            return byDocument.TryGetValue(documentId, out var node) && node.Value.Revision == revision ? node.Value.At : null;
        }
    }

    /// <summary>The document asks for nothing any more.</summary>
    public void Close(string documentId)
    {
        lock (gate)
        {
            Remove(documentId);
        }
    }

    /// <summary>Messages may be lost, or documents be back from the past: nothing counts as published.</summary>
    public void Clear()
    {
        lock (gate)
        {
            epoch++;
            byDocument.Clear();
            oldestFirst.Clear();
        }
    }

    private void Remove(string documentId)
    {
        if (byDocument.Remove(documentId, out var node))
        {
            oldestFirst.Remove(node);
        }
    }

    private sealed record Entry(string DocumentId, string Revision, TimeSpan At);
}
