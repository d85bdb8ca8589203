using OfflineActions.Contracts;

namespace OfflineActions.Messaging.Leases;

/// <summary>The lease of a process that is alone. What it stores ends with the process, as the in-memory queues do.</summary>
internal sealed class InMemoryLease() : BrokerLease(value: null)
{
    public override CancellationToken Lost => CancellationToken.None;

    public override string? LossReason => null;

    public override Task<bool> StoreAsync(string value, CancellationToken cancellationToken) => Task.FromResult(true);

    public override Task<QueuedMessages?> CountMessagesAsync(
        ActionContract action, Action<string> onUnknown, CancellationToken cancellationToken) => Task.FromResult<QueuedMessages?>(new(0, ArePaused: false));

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
