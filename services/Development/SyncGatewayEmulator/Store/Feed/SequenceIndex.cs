namespace OfflineActions.Emulators.Store;

/// <summary>
/// The order of a database's changes feeds: every document once, at its newest sequence. Its collections share the sequences, and each reads
/// its own. Writing costs the same however many documents there are.
/// </summary>
internal sealed class SequenceIndex(FeedLag lag)
{
    private const int ChunkSize = 256;

    private readonly Lock gate = new();
    private readonly List<Chunk?> chunks = [];
    private TaskCompletionSource? waiting;

    public long Last { get; private set; }

    /// <summary>Takes a sequence for something that is not a document.</summary>
    /// <param name="taken">Told the sequence before any reader can see it.</param>
    public long Take(Action<long>? taken = null)
    {
        TaskCompletionSource? wake;
        long sequence;
        lock (gate)
        {
            sequence = ++Last;
            taken?.Invoke(sequence);
            lag.Published(sequence, isDocument: false);
            (wake, waiting) = (waiting, null);
        }

        wake?.TrySetResult();
        return sequence;
    }

    /// <summary>Moves a document to a new sequence at the end. The caller holds the document's lock.</summary>
    /// <param name="document">The document.</param>
    /// <param name="taken">Told the sequence before any reader can see it.</param>
    public void Publish(StoredDocument document, Action<long>? taken = null)
    {
        TaskCompletionSource? wake;
        lock (gate)
        {
            var left = document.Sequence;
            document.Sequence = ++Last;
            Set(Last, document);
            taken?.Invoke(Last);
            if (left > 0 && document.Channels is { } channels && channels.LeftAt(left))
            {
                Set(left, new Removal(document));
            }
            else
            {
                Clear(left);
            }

            lag.Published(Last, isDocument: true);
            (wake, waiting) = (waiting, null);
        }

        wake?.TrySetResult();
    }

    /// <summary>Takes a document off the feed. The caller holds the document's lock.</summary>
    public void Remove(StoredDocument document)
    {
        lock (gate)
        {
            Clear(document.Sequence);
        }
    }

    /// <summary>Puts a document back where it was, before anybody reads.</summary>
    /// <returns>Whether that place was free.</returns>
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

            Last = Math.Max(Last, document.Sequence);
            return true;
        }
    }

    /// <summary>The newest sequence that readers may see, and the one before the earliest that is still missing, or 0.</summary>
    public (long Newest, long Low) Visible()
    {
        lock (gate)
        {
            return (lag.Visible(Last), lag.Low);
        }
    }

    /// <summary>The next documents of a collection after a sequence, with the sequences they had at this moment.</summary>
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
                else if (chunk.Slots[at % ChunkSize] is { } slot && !lag.IsMissing(at))
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

    /// <summary>Waits until readers may see something after a sequence, or that what was missing is there.</summary>
    public async Task AfterAsync(long sequence, long low, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task signal;
            TimeSpan? due;
            lock (gate)
            {
                if (lag.Visible(Last) > sequence || lag.Low != low)
                {
                    return;
                }

                due = lag.NextDue();
                waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                signal = waiting.Task;
            }

            // With a lag the next row is already there, and only time is missing.
            await (due is { } delay ? Task.Delay(delay, cancellationToken) : signal.WaitAsync(cancellationToken));
        }
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

    /// <summary>Where a document left a channel and then moved on.</summary>
    private sealed record Removal(StoredDocument Document);

    private sealed class Chunk
    {
        public object?[] Slots { get; } = new object?[ChunkSize];

        public int Count { get; set; }
    }
}

/// <summary>What the changes feed has at one sequence.</summary>
/// <param name="Sequence">Where.</param>
/// <param name="Document">The document.</param>
/// <param name="IsRemoval">Whether the document has moved on, and only those see it here whose channels it left here.</param>
internal readonly record struct SequenceEntry(long Sequence, StoredDocument Document, bool IsRemoval);
