namespace OfflineActions.Worker.Processing;

/// <summary>
/// Runs one task on a thread of its own, also what follows each <c>await</c>. So a handler that computes keeps no thread of the pool, on which
/// everything else in the worker runs.
/// </summary>
internal sealed class ComputingThread : SynchronizationContext
{
    private readonly object gate = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> work = new();
    private bool hasEnded;

    private ComputingThread()
    {
    }

    /// <summary>Runs <paramref name="begin"/> and what it awaits. The thread ends with the task.</summary>
    public static Task<T> RunAsync<T>(Func<Task<T>> begin)
    {
        var ended = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => Run(begin, ended)) { IsBackground = true, Name = "computing handler" }.Start();
        return ended.Task;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (gate)
        {
            if (!hasEnded)
            {
                work.Enqueue((d, state));
                Monitor.Pulse(gate);
                return;
            }
        }

        // The task has ended. What it started and did not wait for goes on in the pool.
        ThreadPool.QueueUserWorkItem(_ => d(state));
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Only posting is supported.");

    private static void Run<T>(Func<Task<T>> begin, TaskCompletionSource<T> ended)
    {
        var thread = new ComputingThread();
        SetSynchronizationContext(thread);
        Task<T> task;
        try
        {
            task = begin();
        }
        catch (Exception error)
        {
            // Whoever waits for the task gets it.
            task = Task.FromException<T>(error);
        }

        task.ContinueWith(_ => thread.End(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (thread.TryTake(out var next))
        {
            next.Callback(next.State);
        }

        ended.SetFromTask(task);
    }

    private void End()
    {
        lock (gate)
        {
            hasEnded = true;
            Monitor.Pulse(gate);
        }
    }

    private bool TryTake(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (gate)
        {
            while (work.Count == 0 && !hasEnded)
            {
                Monitor.Wait(gate);
            }

            return work.TryDequeue(out next);
        }
    }
}
