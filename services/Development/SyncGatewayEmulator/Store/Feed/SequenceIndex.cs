namespace OfflineActions.Emulators.Store;

/// <summary>
/// The order of the changes feeds of a database: every document once, at its newest sequence. Collections share the sequences. The cost
/// of a write does not depend on the number of documents.
/// </summary>
internal sealed class SequenceIndex(FeedLag lag)
{
    private const int ChunkSize = 256;
    private const int MaxHeldBack = 20;

    private readonly Lock gate = new();
    private readonly List<Chunk?> chunks = [];
    private TaskCompletionSource? waiting;
    private int batches;
    private long announced;

    public long Last { get; private set; }

    /// <summary>Assigns a sequence to a change of a user or role.</summary>
    /// <param name="assigned">Called with the sequence before readers can see it.</param>
    public long Assign(Action<long>? assigned = null)
    {
        TaskCompletionSource? wake;
        long sequence;
        lock (gate)
        {
            sequence = ++Last;
            assigned?.Invoke(sequence);
            lag.Published(sequence, isDocument: false);
            wake = Announce();
        }

        wake?.TrySetResult();
        return sequence;
    }

    /// <summary>Moves a document to a new sequence at the end. The caller holds the lock of the document.</summary>
    /// <param name="document">The document.</param>
    /// <param name="assigned">Called with the sequence before readers can see it.</param>
    public void Publish(StoredDocument document, Action<long>? assigned = null)
    {
        TaskCompletionSource? wake;
        lock (gate)
        {
            var left = document.Sequence;
            document.Sequence = ++Last;
            Set(Last, document);
            assigned?.Invoke(Last);
            if (left > 0 && document.Channels is { } channels && channels.LeftAt(left))
            {
                Set(left, new Removal(document));
            }
            else
            {
                Clear(left);
            }

            lag.Published(Last, isDocument: true);
            wake = Announce();
        }

        wake?.TrySetResult();
    }

    /// <summary>Begins a batch: until it ends, waiting feeds are woken for every 20 changes instead of for each.</summary>
    public FeedBatch BeginBatch()
    {
        lock (gate)
        {
            batches++;
            return new(this);
        }
    }

    /// <summary>Called by <see cref="FeedBatch"/>.</summary>
    public void EndBatch()
    {
        TaskCompletionSource? wake;
        lock (gate)
        {
            batches--;
            announced = Last;
            (wake, waiting) = (waiting, null);
        }

        wake?.TrySetResult();
    }

    /// <summary>Removes a document from the feed. The caller holds the lock of the document.</summary>
    public void Remove(StoredDocument document)
    {
        lock (gate)
        {
            Clear(document.Sequence);
        }
    }

    /// <summary>Restores a document at its sequence. Only for a new index that has no readers yet.</summary>
    /// <returns>False when the sequence is already taken.</returns>
    public bool Restore(StoredDocument document)
    {
        lock (gate)
        {
            if (chunks.ElementAtOrDefault((int)(document.Sequence / ChunkSize))?.Slots[document.Sequence % ChunkSize] is not null)
            {
                return false;
            }

            Set(document.Sequence, document);
            foreach (var left in document.Channels?.All.Values.OfType<ChannelRemoval>() ?? [])
            {
                if (left.Sequence != document.Sequence)
                {
                    Set(left.Sequence, new Removal(document));
                }
            }

            Last = announced = Math.Max(Last, document.Sequence);
            return true;
        }
    }

    /// <summary>The newest visible sequence, and the sequence before the first skipped one, or 0.</summary>
    public (long Newest, long Low) Visible()
    {
        lock (gate)
        {
            return (lag.LastVisible(Last), lag.Low);
        }
    }

    /// <summary>The next entries of a collection after a sequence.</summary>
    public List<SequenceEntry> Read(DocumentStore store, long after, long upTo, int count)
    {
        var found = new List<SequenceEntry>();
        lock (gate)
        {
            for (var at = Math.Max(after, 0) + 1; at <= Math.Min(upTo, Last) && found.Count < count; at++)
            {
                if (chunks.ElementAtOrDefault((int)(at / ChunkSize)) is not { } chunk)
                {
                    at += ChunkSize - 1 - (at % ChunkSize);
                }
                else if (chunk.Slots[at % ChunkSize] is { } slot && !lag.IsSkipped(at))
                {
                    var document = slot is Removal left ? left.Document : (StoredDocument)slot;
                    if (document.Store == store)
                    {
                        found.Add(new(at, document, IsRemoval: slot is Removal));
                    }
                }
            }
        }

        return found;
    }

    /// <summary>Waits until a sequence after <paramref name="sequence"/> is visible, or until skipped sequences appear.</summary>
    public async Task WaitForChangeAsync(long sequence, long low, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task signal;
            TimeSpan? due;
            lock (gate)
            {
                if (Math.Min(lag.LastVisible(Last), announced) > sequence || lag.Low != low)
                {
                    return;
                }

                due = lag.NextDue();
                waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                signal = waiting.Task;
            }

            // With a feed lag the next row exists already and only its delay must pass.
            await (due is { } delay ? Task.Delay(delay, cancellationToken) : signal.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Lets waiting feeds see what was published, unless a batch holds it back.</summary>
    /// <returns>What wakes them.</returns>
    private TaskCompletionSource? Announce()
    {
        if (batches > 0 && Last - announced < MaxHeldBack)
        {
            return null;
        }

        announced = Last;
        var wake = waiting;
        waiting = null;
        return wake;
    }

    private void Set(long sequence, object slot)
    {
        var index = (int)(sequence / ChunkSize);
        while (chunks.Count <= index)
        {
            chunks.Add(null);
        }

        var chunk = chunks[index] ??= new();
        chunk.Count += chunk.Slots[sequence % ChunkSize] is null ? 1 : 0;
        chunk.Slots[sequence % ChunkSize] = slot;
    }

    private void Clear(long sequence)
    {
        if (sequence == 0)
        {
            return;
        }

        var index = (int)(sequence / ChunkSize);
        var chunk = chunks[index]!;
        chunk.Slots[sequence % ChunkSize] = null;
        chunk.Count--;
        if (chunk.Count == 0)
        {
            chunks[index] = null;
        }
    }

    /// <summary>A place where a document left a channel before it moved to a newer sequence.</summary>
    private sealed record Removal(StoredDocument Document);

    private sealed class Chunk
    {
        public object?[] Slots { get; } = new object?[ChunkSize];

        public int Count { get; set; }
    }
}

/// <summary>The entry of the changes feed at one sequence.</summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="Document">The document.</param>
/// <param name="IsRemoval">
/// Whether the document left a channel here and has a newer sequence: only readers of that channel see this entry.
/// </param>
internal readonly record struct SequenceEntry(long Sequence, StoredDocument Document, bool IsRemoval);
