namespace OfflineActions.Messaging.Consuming;

/// <summary>Who starts or stops a part of the bus takes a turn, so that no consumer is attached while the whole bus is restarted.</summary>
internal sealed class BusTurn : IDisposable
{
    private readonly SemaphoreSlim turns = new(1);

    /// <summary>Waits for the turn. It ends when the result is disposed.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        return new Turn(turns);
    }

    public void Dispose() => turns.Dispose();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
