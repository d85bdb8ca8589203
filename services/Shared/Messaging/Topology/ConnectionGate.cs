namespace OfflineActions.Messaging.Topology;

/// <summary>
/// Holds MassTransit's attempts to connect back until <see cref="TopologyDeclarer"/> has connected after them and declared every queue.
/// MassTransit gives an endpoint up for good when the broker refuses the login, and waits up to 30 s after other failures. So the login,
/// the virtual host and the permissions are tried first, by a loop that never gives up.
/// </summary>
internal sealed class ConnectionGate
{
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource<BrokerNode>> waiting = [];
    private TaskCompletionSource arrival = CreateArrival();

    /// <summary>Completes when somebody waits who was not there at the last <see cref="FindWaiting"/>.</summary>
    public Task Arrived
    {
        get
        {
            lock (gate)
            {
                return arrival.Task;
            }
        }
    }

    /// <summary>Waits until a connection that began after this call has declared every queue, or found one with other arguments.</summary>
    /// <returns>The node of that connection: one that works.</returns>
    public async Task<BrokerNode> PassAsync(CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource<BrokerNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Add(turn);
            arrival.TrySetResult();
        }

        try
        {
            return await turn.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (gate)
            {
                waiting.Remove(turn);
            }
        }
    }

    /// <summary>Those who wait now, for <see cref="Open"/>.</summary>
    public IReadOnlyList<TaskCompletionSource<BrokerNode>> FindWaiting()
    {
        lock (gate)
        {
            if (arrival.Task.IsCompleted)
            {
                arrival = CreateArrival();
            }

            return [.. waiting];
        }
    }

    /// <summary>Lets those pass who waited before the connection began that is now let in.</summary>
    public static void Open(IReadOnlyList<TaskCompletionSource<BrokerNode>> waiting, BrokerNode node)
    {
        foreach (var turn in waiting)
        {
            turn.TrySetResult(node);
        }
    }

    private static TaskCompletionSource CreateArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
