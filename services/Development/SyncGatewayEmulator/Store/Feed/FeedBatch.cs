namespace OfflineActions.Emulators.Store;

/// <summary>Changes that waiting feeds get together, as those of one <c>_bulk_docs</c>.</summary>
internal sealed class FeedBatch(SequenceIndex sequences) : IDisposable
{
    private bool ended;

    /// <summary>Ends the batch and wakes the feeds.</summary>
    public void Dispose()
    {
        if (!ended)
        {
            ended = true;
            sequences.EndBatch();
        }
    }
}
