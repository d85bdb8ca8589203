namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// The place in the feed before which no request is open. Places are opaque, so the batches that still have open requests are kept in the
/// order in which they were read.
/// </summary>
internal sealed class FeedWatermark(string since)
{
    private readonly LinkedList<FeedBatch> batches = [];

    /// <summary>Where the next batch begins.</summary>
    public string Last { get; set; } = since;

    /// <summary>The newest token before which no request is open.</summary>
    public string Token => batches.First?.Value.Before ?? Last;

    /// <summary>One more request of <paramref name="batch"/> is open.</summary>
    public FeedBatch Enter(FeedBatch batch)
    {
        batch.Open++;
        batch.Place ??= batches.AddLast(batch);
        return batch;
    }

    /// <summary>One request of <paramref name="batch"/> is closed.</summary>
    public void Leave(FeedBatch batch)
    {
        batch.Open--;
        if (batch.Open == 0)
        {
            batches.Remove(batch.Place!);
            batch.Place = null;
        }
    }
}

/// <summary>One batch of the feed.</summary>
/// <param name="before">The token that the batch was asked for with: a reader who starts there sees all of it again.</param>
internal sealed class FeedBatch(string before)
{
    public string Before => before;

    /// <summary>How many of its requests are open.</summary>
    public int Open { get; set; }

    /// <summary>Its place in the order of the feed; null while none of its requests is open.</summary>
    public LinkedListNode<FeedBatch>? Place { get; set; }
}
