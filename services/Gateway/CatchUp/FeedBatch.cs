namespace OfflineActions.Gateway.CatchUp;

/// <summary>One batch of the feed that still holds the watermark.</summary>
internal sealed class FeedBatch(string before)
{
    /// <summary>The token the batch was asked for with: whoever starts there sees all of it again.</summary>
    public string Before => before;

    /// <summary>How many of its requests are open.</summary>
    public int Open { get; set; }

    /// <summary>Its place in the order of the feed.</summary>
    public LinkedListNode<FeedBatch>? Place { get; set; }
}
