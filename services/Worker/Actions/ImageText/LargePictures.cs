namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>
/// Lets one large picture after the other into the worker's memory: one may take hundreds of megabytes, and there is a handler for each
/// processor. Small ones need not wait.
/// </summary>
/// <param name="smallest">From how many bytes on a picture is large.</param>
internal sealed class LargePictures(long smallest) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Waits for the turn of a picture, on the handler's own thread.</summary>
    /// <param name="bytes">How much memory it takes.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>To be disposed when the memory is free.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> fired.</exception>
    public IDisposable? Enter(long bytes, CancellationToken cancellationToken)
    {
        if (bytes < smallest)
        {
            return null;
        }

        turn.Wait(cancellationToken);
        return new Turn(turn);
    }

    public void Dispose() => turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
