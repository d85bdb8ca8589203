using OfflineActions.Contracts;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Limits how many requests of one action read and write documents at the same time. A request has a slot from before it reads its
/// document until it ends, except while its handler runs: see <see cref="Turn.LeaveAsync"/>. Each action has its own slots, so that a slow
/// one takes none from another. Its two lanes share them: see <see cref="LanePlaces"/>.
/// </summary>
/// <param name="count">The number of slots.</param>
/// <param name="timeLimit">How long a request may take, and as long again it may wait for slots after its first one.</param>
/// <param name="held">The documents of the requests that wait without a slot.</param>
/// <param name="clock">Measures those times.</param>
internal sealed class SyncGatewaySlots(int count, TimeSpan timeLimit, HeldDocuments held, TimeProvider clock)
{
    private readonly LanePlaces places = new(count);

    /// <summary>How long a request may take, and as long again it may wait for slots after its first one.</summary>
    public TimeSpan TimeLimit => timeLimit;

    /// <summary>How many requests wait to get a slot back.</summary>
    public int Returning => places.Returning;

    /// <summary>Waits for the first slot of a request.</summary>
    /// <param name="giveUp">Ends the waiting.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <param name="lane">The lane of the request.</param>
    /// <exception cref="OperationCanceledException"><paramref name="giveUp"/> fired.</exception>
    public async Task<Turn> BeginAsync(CancellationToken giveUp, CancellationToken cancellationToken, Lane lane = Lane.Interactive)
    {
        await places.EnterAsync(lane, giveUp);
        return new Turn(this, lane, held, clock, cancellationToken);
    }

    /// <summary>Waits for another slot of a request that gave its first one back. It comes before those that have not begun.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="giveUp"/> fired; it has no slot.</exception>
    public Task ReturnAsync(Lane lane, CancellationToken giveUp) => places.EnterAsync(lane, giveUp, isReturning: true);

    /// <summary>Gives a slot to the next request.</summary>
    public void Release(Lane lane) => places.Leave(lane);
}

/// <summary>The slot of one request, and its time: only the time without waiting for a slot counts.</summary>
internal sealed class Turn : IDisposable
{
    /// <summary>How long to wait for a slot to write what need not be written.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SyncGatewaySlots slots;
    private readonly Lane lane;
    private readonly HeldDocuments held;
    private readonly TimeProvider clock;
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenSource timeout;
    private readonly CancellationTokenSource either;
    private readonly long start;
    private TimeSpan waited;

    /// <param name="slots">It has one of these.</param>
    /// <param name="lane">The lane of the request.</param>
    /// <param name="held">The documents of requests without a slot.</param>
    /// <param name="clock">Measures its time, which begins now.</param>
    /// <param name="cancellationToken">Fires when the process has used up the time it has to stop.</param>
    public Turn(SyncGatewaySlots slots, Lane lane, HeldDocuments held, TimeProvider clock, CancellationToken cancellationToken)
    {
        (this.slots, this.lane, this.held, this.clock, this.cancellationToken) = (slots, lane, held, clock, cancellationToken);
        start = clock.GetTimestamp();
        timeout = new CancellationTokenSource(slots.TimeLimit, clock);
        either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
    }

    /// <summary>Fires when the time is used up, or the process must end.</summary>
    public CancellationToken Token => either.Token;

    /// <summary>Whether it has its slot, and may read and write.</summary>
    public bool HasSlot { get; private set; } = true;

    /// <summary>How long the request may take.</summary>
    public TimeSpan TimeLimit => slots.TimeLimit;

    /// <summary>What the handler returned; null before it ran.</summary>
    public ActionResult? Result { get; private set; }

    /// <summary>The document's <c>notBefore</c>; null when it has none, or was not read.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>
    /// Gives the slot to another request while the handler runs, and takes one again if there is something to write. When the documents of
    /// such requests have become too large for memory, the request keeps its slot instead.
    /// </summary>
    /// <param name="documentBytes">The size of the document that stays in memory meanwhile.</param>
    /// <param name="perform">Runs the handler. Of Sync Gateway it reads attachments at most, and its own concurrency limits that.</param>
    /// <param name="mustWrite">Whether a result is written to the document now.</param>
    /// <param name="mayWrite">Whether something is written if there is a slot soon: see <see cref="HasSlot"/>.</param>
    /// <exception cref="OperationCanceledException"><see cref="Token"/> fired.</exception>
    /// <exception cref="AttachmentChangedException">The handler has met one. The request has a slot to read its document again.</exception>
    public async Task<ActionResult> LeaveAsync(
        int documentBytes, Func<Task<ActionResult>> perform, Func<ActionResult, bool> mustWrite, Func<ActionResult, bool> mayWrite)
    {
        if (!held.TryAdd(documentBytes))
        {
            return Result = await perform();
        }

        try
        {
            Release();
            Result = await perform();
            if (mustWrite(Result))
            {
                await ReturnAsync();
            }
            else if (mayWrite(Result))
            {
                await TryReturnAsync();
            }

            return Result;
        }
        catch (AttachmentChangedException)
        {
            await ReturnAsync();
            throw;
        }
        finally
        {
            held.Remove(documentBytes);
        }
    }

    public void Dispose()
    {
        Release();
        either.Dispose();
        timeout.Dispose();
    }

    private async Task ReturnAsync()
    {
        Token.ThrowIfCancellationRequested();
        var since = clock.GetTimestamp();
        // From here on the waiting has its own limit, and the time of the request stands still.
        timeout.CancelAfter(Timeout.InfiniteTimeSpan);
        using var patience = new CancellationTokenSource(Left(waited), clock);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await slots.ReturnAsync(lane, giveUp.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Its result is lost, and no attempt is counted: Sync Gateway is too slow for what this worker has begun.
            await timeout.CancelAsync();
            throw;
        }

        HasSlot = true;
        waited += clock.GetElapsedTime(since);
        timeout.CancelAfter(Left(clock.GetElapsedTime(start) - waited));
    }

    private async Task TryReturnAsync()
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Token);
        try
        {
            await slots.ReturnAsync(lane, giveUp.Token);
            HasSlot = true;
        }
        catch (OperationCanceledException)
        {
            // There is no slot, so nothing is written. The result stays what it is.
        }
    }

    private TimeSpan Left(TimeSpan used) => used < TimeLimit ? TimeLimit - used : TimeSpan.Zero;

    private void Release()
    {
        if (HasSlot)
        {
            HasSlot = false;
            slots.Release(lane);
        }
    }
}

/// <summary>
/// Bounds the memory of documents whose requests of one action wait without a slot: however many wait, they hold no more than this. A request
/// with a larger document waits with its slot.
/// </summary>
internal sealed class HeldDocuments
{
    /// <summary>As sent by Sync Gateway. In memory, a document of many small members takes a few times as much.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private long bytes;

    /// <summary>Counts a document, if there is room for it.</summary>
    public bool TryAdd(int documentBytes)
    {
        if (Interlocked.Add(ref bytes, documentBytes) <= MaxBytes)
        {
            return true;
        }

        Remove(documentBytes);
        return false;
    }

    /// <summary>Counts a document no longer.</summary>
    public void Remove(int documentBytes) => Interlocked.Add(ref bytes, -documentBytes);
}

internal static partial class SyncGatewaySlotsLog
{
    [LoggerMessage(2012, LogLevel.Warning,
        "Deferred: {DocumentId} could not begin within {Time} (Worker:DeliveryTimeout), because other requests used Sync Gateway "
        + "(Worker:SyncGatewayConcurrency). ({Suppressed} more were not logged)")]
    public static partial void NoSlot(this ILogger log, string documentId, TimeSpan time, int suppressed);
}
