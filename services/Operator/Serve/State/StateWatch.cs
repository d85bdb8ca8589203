using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OfflineActions.Messaging.Queues;

namespace OfflineActions.Operator.Serve.State;

/// <summary>Reads the state of the system every two seconds, once for everybody who looks, and keeps the last half an hour for charts.</summary>
internal sealed class StateWatch(
    QueueReading queues, DelayReading delays, WorkerReading workers, PartReading parts, TimeProvider clock, ILogger<StateWatch> log)
    : BackgroundService
{
    private const int MaxHistory = 360;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan HistoryInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Queue<HistoryPoint>> history = new(StringComparer.Ordinal);
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Overview now = Overview.Unknown;
    private long? historyAt;

    /// <summary>The state at the last reading.</summary>
    public Overview Now
    {
        get
        {
            lock (gate)
            {
                return now;
            }
        }
    }

    /// <summary>Completes at the next reading.</summary>
    public Task Changed
    {
        get
        {
            lock (gate)
            {
                return changed.Task;
            }
        }
    }

    /// <summary>The last half an hour of an action, the oldest first.</summary>
    public IReadOnlyList<HistoryPoint> GetHistory(string action)
    {
        lock (gate)
        {
            return history.TryGetValue(action, out var points) ? [.. points] : [];
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Show(await ReadAsync(stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // Every exception: a background service that ends takes the page with it, which is needed most in trouble.
                log.StateNotRead(error);
            }

            await Task.Delay(Interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Overview> ReadAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        var (actions, trouble) = (queues.CreateUnknown(), default(string));
        try
        {
            actions = await queues.ReadAsync(timeout.Token).WaitAsync(timeout.Token);
            actions = await delays.AddToAsync(actions, timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception error) when (error is BrokerUnavailableException or UnavailableException)
        {
            trouble = error.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            trouble = $"RabbitMQ does not answer within {Words.Duration(Timeout)}.";
        }

        actions = workers.AddTo(actions);
        return new Overview(clock.GetUtcNow(), await parts.ReadAsync(trouble, actions, cancellationToken), actions);
    }

    private void Show(Overview read)
    {
        TaskCompletionSource previous;
        lock (gate)
        {
            now = read;
            if (historyAt is not { } at || clock.GetElapsedTime(at) >= HistoryInterval)
            {
                historyAt = clock.GetTimestamp();
                Remember(read);
            }

            (previous, changed) = (changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        previous.TrySetResult();
    }

    private void Remember(Overview read)
    {
        foreach (var action in read.Actions)
        {
            history.TryAdd(action.Action, new Queue<HistoryPoint>());
        }

        foreach (var (name, points) in history)
        {
            var action = read.Actions.FirstOrDefault(candidate => candidate.Action == name);
            points.Enqueue(new HistoryPoint(read.At, action?.Waiting, action?.Delayed, action?.Failed)
            {
                DoneInMinute = action?.Results?.DoneInMinute,
            });
            if (points.Count > MaxHistory)
            {
                points.Dequeue();
            }
        }
    }
}
