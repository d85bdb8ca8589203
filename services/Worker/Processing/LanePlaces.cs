using OfflineActions.Contracts;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Shares a number of places between the two lanes. A request waits for a place of its lane. A request that comes back goes before those of
/// its lane that have not begun.
/// </summary>
/// <remarks>
/// <para>
/// A quarter of the places, at least one, is the share of bulk: it gets that even while interactive requests wait for every place. As
/// many are kept from bulk, so that an interactive request finds one at once. All others go to interactive requests first, and to bulk
/// while none waits.
/// </para>
/// <para>
/// A single place cannot be shared: then there is one more, so that one request of each lane has a place at the same time.
/// </para>
/// </remarks>
/// <param name="count">How many places there are.</param>
internal sealed class LanePlaces(int count)
{
    private readonly Lock gate = new();
    private readonly int total = Math.Max(count, 2);
    private readonly int bulkShare = GetShare(count);
    private readonly LaneLine interactive = new(GetMost(count, Lane.Interactive));
    private readonly LaneLine bulk = new(GetMost(count, Lane.Bulk));

    /// <summary>How many requests wait to come back.</summary>
    public int Returning
    {
        get
        {
            lock (gate)
            {
                return interactive.Returning + bulk.Returning;
            }
        }
    }

    /// <summary>How many of <paramref name="count"/> places a lane has at most.</summary>
    public static int GetMost(int count, Lane lane) => lane is Lane.Bulk ? Math.Max(1, count - GetShare(count)) : count;

    /// <summary>Waits for a place. <see cref="Leave"/> gives it back.</summary>
    /// <param name="lane">The lane of the request.</param>
    /// <param name="giveUp">Ends the waiting.</param>
    /// <param name="isReturning">Whether it had a place before.</param>
    /// <exception cref="OperationCanceledException"><paramref name="giveUp"/> fired; it has no place.</exception>
    public Task EnterAsync(Lane lane, CancellationToken giveUp, bool isReturning = false)
    {
        TaskCompletionSource place;
        lock (gate)
        {
            var line = LineOf(lane);
            place = line.Enqueue(isReturning);
            Grant();
        }

        return place.Task.IsCompletedSuccessfully ? Task.CompletedTask : WaitAsync(place, giveUp);
    }

    /// <summary>Gives a place to the next request.</summary>
    public void Leave(Lane lane)
    {
        lock (gate)
        {
            LineOf(lane).Held--;
            Grant();
        }
    }

    private static int GetShare(int count) => Math.Max(1, count / 4);

    private static async Task WaitAsync(TaskCompletionSource place, CancellationToken cancellationToken)
    {
        await using var giveUp = cancellationToken.UnsafeRegister(
            static (waiting, token) => ((TaskCompletionSource)waiting!).TrySetCanceled(token), place);
        await place.Task;
    }

    /// <summary>Hands out places for as long as there are some and a lane that may have one.</summary>
    private void Grant()
    {
        while (interactive.Held + bulk.Held < total && FindNext() is { } line)
        {
            line.GrantNext();
        }
    }

    private LaneLine? FindNext()
    {
        if (bulk.MayHaveOne && (bulk.Held < bulkShare || !interactive.MayHaveOne))
        {
            return bulk;
        }

        return interactive.MayHaveOne ? interactive : null;
    }

    private LaneLine LineOf(Lane lane) => lane is Lane.Bulk ? bulk : interactive;

    /// <summary>The requests of one lane.</summary>
    /// <param name="most">How many places it has at most.</param>
    private sealed class LaneLine(int most)
    {
        private readonly Queue<TaskCompletionSource> beginning = new();
        private readonly Queue<TaskCompletionSource> returning = new();

        /// <summary>How many places it has now.</summary>
        public int Held { get; set; }

        public int Returning => returning.Count;

        /// <summary>Whether a request waits, and the lane has fewer places than it may have.</summary>
        public bool MayHaveOne => Held < most && FindFirst() is not null;

        public TaskCompletionSource Enqueue(bool isReturning)
        {
            var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (isReturning ? returning : beginning).Enqueue(place);
            return place;
        }

        /// <summary>Gives a place to the first request, unless it gives up at this moment.</summary>
        public void GrantNext()
        {
            if (FindFirst()?.Dequeue().TrySetResult() is true)
            {
                Held++;
            }
        }

        /// <returns>The queue whose first request is the next; null when none waits. Requests that gave up are forgotten.</returns>
        private Queue<TaskCompletionSource>? FindFirst()
        {
            foreach (var queue in (ReadOnlySpan<Queue<TaskCompletionSource>>)[returning, beginning])
            {
                while (queue.TryPeek(out var first))
                {
                    if (!first.Task.IsCompleted)
                    {
                        return queue;
                    }

                    queue.Dequeue();
                }
            }

            return null;
        }
    }
}
