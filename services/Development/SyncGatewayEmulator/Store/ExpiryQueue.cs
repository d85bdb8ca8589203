namespace OfflineActions.Emulators.Store;

/// <summary>Which documents expire, soonest first.</summary>
internal sealed class ExpiryQueue
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<StoredDocument, long> queue = new();

    /// <summary>Notes the document's present expiry. An earlier note of it turns out stale when it comes up.</summary>
    public void Set(StoredDocument document)
    {
        if (document.Expires == 0)
        {
            return;
        }

        lock (gate)
        {
            queue.Enqueue(document, document.Expires);
        }
    }

    /// <summary>Takes the documents whose noted time has come; the caller checks that it still holds.</summary>
    public List<StoredDocument> TakeDue(long now)
    {
        var due = new List<StoredDocument>();
        lock (gate)
        {
            while (queue.TryPeek(out var document, out var at) && at <= now)
            {
                queue.Dequeue();
                due.Add(document);
            }
        }

        return due;
    }
}
