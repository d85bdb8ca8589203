using OfflineActions.Contracts;
using OfflineActions.Messaging.Consuming;

namespace OfflineActions.Tests.Worker;

/// <summary>A delivery without a broker.</summary>
/// <param name="failures">How often sending to a delay queue fails.</param>
/// <param name="lane">Its lane.</param>
internal sealed class FakeDelivery(int failures = 0, Lane lane = Lane.Interactive) : Delivery(
    ActionCatalog.Default.GetByMessage<PersonRequested>().CreateMessage("db", "d", "1-a", DateTimeOffset.UnixEpoch), lane)
{
    /// <summary>How often it was sent to a delay queue.</summary>
    public int Sends { get; private set; }

    /// <summary>The headers of the last copy that was sent.</summary>
    public IReadOnlyDictionary<string, object>? Headers { get; private set; }

    public override bool IsRedelivered => false;

    public override CancellationToken CancellationToken => CancellationToken.None;

    public override string? GetText(string header) => null;

    public override long? GetNumber(string header) => null;

    public override bool? GetFlag(string header) => null;

    public override Task SendToDelayQueueAsync(
        TimeSpan delay, IReadOnlyDictionary<string, object> headers, CancellationToken cancellationToken)
    {
        Headers = headers;
        return ++Sends <= failures ? Task.FromException(new InvalidOperationException("No delay queue takes it.")) : Task.CompletedTask;
    }
}
