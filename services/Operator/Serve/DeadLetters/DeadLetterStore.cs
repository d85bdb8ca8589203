using OfflineActions.Contracts;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.DeadLetters;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.DeadLetters;

/// <summary>
/// The dead letters as they were read last. Reading holds every message for a moment, in which nobody else sees it. So one reading serves
/// everybody who looks, and while messages are replayed or discarded the last reading is shown.
/// </summary>
internal sealed class DeadLetterStore(BrokerLine broker, LookTurns turns, ActionCatalog actions, TimeProvider clock) : IDisposable
{
    /// <summary>How many messages of each queue are read, about 1 kB each in memory.</summary>
    public const int Limit = 20_000;

    private const int MaxText = 400;

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim queues = new(1);
    private volatile DeadLetterList? last;
    private long lastReadAt;

    /// <summary>Reads the dead letters, unless that was done a moment ago or somebody works on them.</summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public async Task<DeadLetterList> ReadAsync(CancellationToken cancellationToken)
    {
        // Who works on them holds the queues for long. Who reads them holds the queues for a moment.
        if (last is { IsLocked: true } locked)
        {
            return locked;
        }

        await queues.WaitAsync(cancellationToken);
        try
        {
            if (last is { } known && clock.GetElapsedTime(lastReadAt) < Freshness)
            {
                return known;
            }

            var read = await ReadQueuesAsync(cancellationToken);
            lastReadAt = clock.GetTimestamp();
            return last = read;
        }
        finally
        {
            queues.Release();
        }
    }

    /// <summary>Reads one complete message.</summary>
    /// <returns>Null when there is none with this id.</returns>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker, somebody works on the messages now, or too many people look.</exception>
    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (last is { IsLocked: true })
        {
            throw new UnavailableException("Dead letters are being replayed or discarded now. Look again when that has ended.");
        }

        await turns.TakeAsync(cancellationToken);
        await queues.WaitAsync(cancellationToken);
        try
        {
            return await broker.UseAsync(
                async connection =>
                {
                    DeadLetter? found = null;
                    foreach (var queue in AllQueues)
                    {
                        await new QueueBrowser(connection, Limit).LookAsync(
                            queue.Name,
                            message =>
                            {
                                var letter = DeadLetter.Read(queue, message);
                                found = letter.Id.Equals(id, StringComparison.OrdinalIgnoreCase) ? letter : null;
                                return found is null;
                            },
                            cancellationToken);
                        if (found is not null)
                        {
                            break;
                        }
                    }

                    return found;
                },
                cancellationToken);
        }
        finally
        {
            queues.Release();
        }
    }

    /// <summary>Works on the dead letters while nobody reads them. The next reading sees what has become of them.</summary>
    public async Task WorkAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await queues.WaitAsync(cancellationToken);
        try
        {
            last = (last ?? new DeadLetterList([], 0, clock.GetUtcNow())) with { IsLocked = true };
            await work();
        }
        finally
        {
            last = null;
            queues.Release();
        }
    }

    /// <summary>All queues of dead letters, or those of one action or kind.</summary>
    public IReadOnlyList<DeadLetterQueue> FindQueues(string? action, string? kind) =>
    [
        .. actions.Actions
            .Where(candidate => action is null || candidate.States.Name == action)
            .SelectMany(candidate => DeadLetterQueue.Find(candidate, kind)),
    ];

    public void Dispose() => queues.Dispose();

    private IReadOnlyList<DeadLetterQueue> AllQueues => FindQueues(null, null);

    private Task<DeadLetterList> ReadQueuesAsync(CancellationToken cancellationToken) => broker.UseAsync(
        async connection =>
        {
            var (rows, notRead) = (new List<DeadLetterRow>(), 0L);
            foreach (var queue in AllQueues)
            {
                notRead += await new QueueBrowser(connection, Limit).LookAsync(
                    queue.Name,
                    message =>
                    {
                        var row = DeadLetterRow.From(DeadLetter.Read(queue, message));
                        rows.Add(row.Text is { Length: > MaxText } text ? row with { Text = text[..MaxText] + "…" } : row);
                        return true;
                    },
                    cancellationToken);
            }

            return new DeadLetterList(rows, notRead, clock.GetUtcNow());
        },
        cancellationToken);
}

/// <summary>The dead letters at one time.</summary>
/// <param name="Rows">The letters; of each queue the oldest first.</param>
/// <param name="NotRead">How many more there are than are read.</param>
/// <param name="ReadAt">When they were read, in UTC.</param>
internal sealed record DeadLetterList(IReadOnlyList<DeadLetterRow> Rows, long NotRead, DateTimeOffset ReadAt)
{
    /// <summary>Whether somebody works on them now, so that this is what they were before.</summary>
    public bool IsLocked { get; init; }
}
