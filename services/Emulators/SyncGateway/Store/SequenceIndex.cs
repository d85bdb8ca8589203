namespace Emulators.SyncGateway.Store;

/// <summary>
/// The changes feed's order: every document once, at its newest sequence. Writing costs the same however many documents there are.
/// </summary>
internal sealed class SequenceIndex(FeedLag lag)
{
    private const int ChunkSize = 256;

    private readonly Lock gate = new();
    private readonly List<Chunk?> chunks = [];
    private TaskCompletionSource? waiting;

    public long Last { get; private set; }

    /// <summary>Takes a sequence for something that is not a document.</summary>
    public long Take()
    {
        lock (gate)
        {
            return ++Last;
        }
    }

    /// <summary>Moves a document to a new sequence at the end. The caller holds the document's lock.</summary>
    public void Publish(StoredDocument document)
    {
        TaskCompletionSource? wake;
        lock (gate)
        {
            var left = document.Sequence;
            document.Sequence = ++Last;
            Set(document.Sequence, document);
            Clear(left);
            lag.Published(Last);
            (wake, waiting) = (waiting, null);
        }

        wake?.TrySetResult();
    }

    /// <summary>Puts a document back where it was, before anybody reads.</summary>
    public void Restore(StoredDocument document)
    {
        lock (gate)
        {
            Set(document.Sequence, document);
            Last = Math.Max(Last, document.Sequence);
        }
    }

    /// <summary>The newest sequence that readers may see.</summary>
    public long Visible()
    {
        lock (gate)
        {
            return lag.Visible(Last);
        }
    }

    /// <summary>The next documents after a sequence, with the sequences they had at this moment.</summary>
    public List<(long Sequence, StoredDocument Document)> Read(long after, long upTo, int count)
    {
        var found = new List<(long, StoredDocument)>();
        lock (gate)
        {
            for (var at = Math.Max(after, 0) + 1; at <= Math.Min(upTo, Last) && found.Count < count; at++)
            {
                if (chunks.ElementAtOrDefault((int)(at / ChunkSize)) is not { } chunk)
                {
                    at += ChunkSize - 1 - (at % ChunkSize);
                }
                else if (chunk.Documents[at % ChunkSize] is { } document)
                {
                    found.Add((at, document));
                }
            }
        }

        return found;
    }

    /// <summary>Waits until readers may see something after a sequence.</summary>
    public async Task After(long sequence, CancellationToken cancelled)
    {
        while (true)
        {
            Task signal;
            TimeSpan? due;
            lock (gate)
            {
                if (lag.Visible(Last) > sequence)
                {
                    return;
                }

                due = lag.NextDue();
                waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                signal = waiting.Task;
            }

            // With a lag the next row is already there, and only time is missing.
            await (due is { } delay ? Task.Delay(delay, cancelled) : signal.WaitAsync(cancelled));
        }
    }

    private void Set(long sequence, StoredDocument document)
    {
        var index = (int)(sequence / ChunkSize);
        while (chunks.Count <= index)
        {
            chunks.Add(null);
        }

        var chunk = chunks[index] ??= new();
        chunk.Documents[sequence % ChunkSize] = document;
        chunk.Count++;
    }

    private void Clear(long sequence)
    {
        if (sequence == 0)
        {
            return;
        }

        var index = (int)(sequence / ChunkSize);
        var chunk = chunks[index]!;
        chunk.Documents[sequence % ChunkSize] = null;
        chunk.Count--;
        if (chunk.Count == 0)
        {
            chunks[index] = null;
        }
    }

    private sealed class Chunk
    {
        public StoredDocument?[] Documents { get; } = new StoredDocument?[ChunkSize];

        public int Count { get; set; }
    }
}
