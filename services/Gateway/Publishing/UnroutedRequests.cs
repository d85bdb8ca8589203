using System.Collections.Concurrent;

namespace OfflineActions.Gateway.Publishing;

/// <summary>Notes requests that no action answers, most likely because of a typo in an app.</summary>
internal sealed class UnroutedRequests(TimeProvider clock, GatewayTelemetry telemetry, ILogger<UnroutedRequests> log)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    /// <summary>The names come from apps: so many are remembered, and no more, or they would fill the memory.</summary>
    private const int Remembered = 1_000;

    private const int LongestName = 100;

    private readonly ConcurrentDictionary<string, DateTimeOffset> warned = new(StringComparer.Ordinal);

    /// <summary>Counts the request, and warns about its name once an hour.</summary>
    public void Note(string request, string documentId)
    {
        telemetry.Unrouted();
        request = request.Length <= LongestName ? request : request[..LongestName] + "…";
        var now = clock.GetUtcNow();
        if (warned.TryGetValue(request, out var last) && now - last < Quiet)
        {
            return;
        }

        if (warned.Count >= Remembered)
        {
            warned.Clear();
        }

        warned[request] = now;
        log.RequestUnrouted(request, documentId);
    }
}
