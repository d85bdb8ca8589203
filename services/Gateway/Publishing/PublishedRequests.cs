namespace OfflineActions.Gateway.Publishing;

/// <summary>
/// The requests that the broker confirmed to this process, for a webhook or for catch-up, so that neither publishes them again. Keeps the
/// newest request of each document, up to a bound. Beyond the bound the oldest are forgotten and may be published twice. Thread-safe.
/// </summary>
internal sealed class PublishedRequests(int bound)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> byDocument = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> oldestFirst = [];
    private long epoch;

    /// <summary>Changes with each <see cref="Clear"/>. A message sent in an earlier epoch may be lost.</summary>
    public long Epoch => Interlocked.Read(ref epoch);

    /// <summary>Notes that the broker confirmed a request.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="revision">The revision that requests the action.</param>
    /// <param name="now">The time.</param>
    /// <param name="sentIn">
    /// The <see cref="Epoch"/> when sending began. If it is another one now, nothing is noted: the queue may be gone.
    /// </param>
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

    /// <summary>When exactly this request was published; null when it was not, or was forgotten.</summary>
    public TimeSpan? PublishedAt(string documentId, string revision)
    {
        lock (gate)
        {
            return byDocument.TryGetValue(documentId, out var node) && node.Value.Revision == revision ? node.Value.At : null;
        }
    }

    /// <summary>Forgets a document that has no open request any more.</summary>
    public void Close(string documentId)
    {
        lock (gate)
        {
            Remove(documentId);
        }
    }

    /// <summary>Forgets everything: messages may be lost, or documents may have been restored from a backup.</summary>
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
