using System.Collections.Concurrent;
using OfflineActions.Contracts;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Gateway.Publishing;

/// <summary>Reports requests for an action that is not in the catalog, most likely because of a typo in an app.</summary>
internal sealed class UnroutedRequests(TimeProvider clock, PublishingTelemetry telemetry, ActionCatalog catalog, ILogger<UnroutedRequests> log)
{
    private static readonly TimeSpan WarningInterval = TimeSpan.FromHours(1);

    /// <summary>The names come from apps, so their number and length are bounded.</summary>
    private const int MaxNames = 1_000;

    private const int MaxNameLength = 100;

    private readonly string known = string.Join(", ", catalog.Actions.Select(action => action.States.Request));
    private readonly ConcurrentDictionary<string, long> warned = new(StringComparer.Ordinal);

    /// <summary>Counts the request, and logs a warning once an hour for each name.</summary>
    public void Note(string request, string documentId, TraceContext? trace = null)
    {
        telemetry.Unrouted();
        request = request.Length <= MaxNameLength ? request : request[..MaxNameLength] + "…";
        if (warned.TryGetValue(request, out var last) && clock.GetElapsedTime(last) < WarningInterval)
        {
            return;
        }

        if (warned.Count >= MaxNames)
        {
            warned.Clear();
        }

        warned[request] = clock.GetTimestamp();
        using var scope = trace is null ? null : log.BeginScope(new RequestTrace(trace));
        log.RequestUnrouted(request, documentId, known);
    }
}
