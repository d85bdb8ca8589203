namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// The place in the feed before which no request is open. Places are opaque, so the batches that still have open requests are kept in the
/// order in which they were read.
/// </summary>
internal sealed class FeedWatermark(string since)
{
    private readonly IntrusiveList<FeedBatch> batches = new();

    /// <summary>Where the next batch begins.</summary>
    public string Last { get; set; } = since;

    /// <summary>The newest token before which no request is open.</summary>
    public string Token => batches.First?.Before ?? Last;

    /// <summary>When the oldest batch was read that has an open request without a <c>notBefore</c>; null when there is none.</summary>
    public TimeSpan? OldestUnscheduled
    {
        get
        {
            var batch = batches.First;
            while (batch is { Unscheduled: 0 })
            {
                batch = batch.Next;
            }

            return batch?.Seen;
        }
    }

    /// <summary>The batches that still have open requests, the oldest first, with when each was read.</summary>
    public IEnumerable<(TimeSpan Seen, int Open)> Batches
    {
        get
        {
            for (var batch = batches.First; batch is not null; batch = batch.Next)
            {
                yield return (batch.Seen, batch.Open);
            }
        }
    }

    /// <summary>One more request of <paramref name="batch"/> is open.</summary>
    public FeedBatch Enter(FeedBatch batch)
    {
        if (batch.Open++ == 0)
        {
            batches.AddLast(batch);
        }

        return batch;
    }

    /// <summary>One request of <paramref name="batch"/> is closed.</summary>
    public void Leave(FeedBatch batch)
    {
        if (--batch.Open == 0)
        {
            batches.Remove(batch);
        }
    }
}

/// <summary>One batch of the feed, and what all of its requests have in common.</summary>
/// <param name="before">The token that the batch was asked for with: a reader who starts there sees all of it again.</param>
/// <param name="seen">When it was read.</param>
/// <param name="epoch">The epoch of <see cref="OpenRequestLists"/> in which it was read.</param>
internal sealed class FeedBatch(string before, TimeSpan seen, int epoch) : ListItem<FeedBatch>
{
    public string Before => before;

    public TimeSpan Seen => seen;

    public int Epoch => epoch;

    /// <summary>Whether its rows were there before this process followed the keyspace.</summary>
    public bool IsBacklog { get; init; }

    /// <summary>Whether it came while everything that was open before was urgent, and belongs to that.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>How many of its requests are open.</summary>
    public int Open { get; set; }

    /// <summary>How many of its open requests have no <c>notBefore</c>.</summary>
    public int Unscheduled { get; set; }
}
