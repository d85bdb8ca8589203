using Microsoft.Extensions.Options;
using OfflineActions.Messaging;

namespace OfflineActions.Gateway.Publishing;

/// <summary>
/// Recognizes a document in which a worker has noted when it tries again (<c>progress.nextAttemptAt</c>): it has a new revision, and its
/// message waits in a delay queue. So the revision is no reason for another message.
/// </summary>
/// <param name="bus">Says how long a worker delays a message at most.</param>
/// <param name="gateway">Says after what time a request is published again in any case.</param>
/// <param name="clock">The time.</param>
internal sealed class DelayedRequests(IOptions<BusOptions> bus, IOptions<GatewayOptions> gateway, TimeProvider clock)
{
    /// <summary>How wrong the clock of a worker may be.</summary>
    private static readonly TimeSpan ClockError = TimeSpan.FromMinutes(5);

    private readonly TimeSpan longest = bus.Value.LongestDelay + ClockError;

    /// <summary>
    /// When the message comes back, or the request is published again in any case; null when it should be back by now. A time that no worker
    /// writes counts as none, so that neither an app nor a wrong clock can make a request wait for ever.
    /// </summary>
    /// <param name="nextAttemptAt">The document's <c>progress.nextAttemptAt</c>; null when it has none.</param>
    /// <param name="margin">How long a message may take after that time until the document shows what became of it.</param>
    public DateTimeOffset? FindReturn(DateTimeOffset? nextAttemptAt, TimeSpan margin = default)
    {
        // A difference, because no time is later than the end of the year 9999.
        var now = clock.GetUtcNow();
        var remaining = nextAttemptAt - now;
        if (!(remaining + margin > TimeSpan.Zero && remaining <= longest))
        {
            return null;
        }

        var (back, again) = (nextAttemptAt + margin, now + gateway.Value.RepublishAfter);
        return back < again ? back : again;
    }
}
