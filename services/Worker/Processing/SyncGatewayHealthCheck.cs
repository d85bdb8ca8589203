using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// Asks Sync Gateway, when it is asked itself, for the databases of the requests that this worker has seen. Unhealthy when none of them can
/// be used, degraded when some cannot.
/// </summary>
internal sealed class SyncGatewayHealthCheck(SyncGatewayClient client, TimeProvider clock) : IHealthCheck, IDisposable
{
    private const int MaxDatabases = 100;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, bool> databases = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim asking = new(1);
    private (long At, HealthCheckResult Result)? last;

    /// <summary>Records that a request is in this keyspace.</summary>
    public void Add(string keyspace)
    {
        if (databases.Count < MaxDatabases && Keyspace.IsValid(keyspace))
        {
            databases.TryAdd(Keyspace.GetDatabase(keyspace), true);
        }
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await asking.WaitAsync(cancellationToken);
        try
        {
            if (last is not { } known || clock.GetElapsedTime(known.At) >= Freshness)
            {
                known = (clock.GetTimestamp(), await AskAsync(cancellationToken));
                last = known;
            }

            return known.Result;
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose() => asking.Dispose();

    private async Task<HealthCheckResult> AskAsync(CancellationToken cancellationToken)
    {
        string?[] asked = databases.IsEmpty ? [null] : [.. databases.Keys.Order(StringComparer.Ordinal)];
        var answers = await Task.WhenAll(asked.Select(database => FindTroubleAsync(database, cancellationToken)));
        var troubles = answers.OfType<string>().ToArray();
        var description = string.Join("; ", troubles);
        return troubles.Length switch
        {
            0 => HealthCheckResult.Healthy(databases.IsEmpty ? "Sync Gateway answers" : "Every database can be used"),
            _ when troubles.Length == asked.Length => HealthCheckResult.Unhealthy(description),
            _ => HealthCheckResult.Degraded(description),
        };
    }

    private async Task<string?> FindTroubleAsync(string? database, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Timeout);
        try
        {
            return await client.FindTroubleAsync(database, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Sync Gateway did not answer GET /{database} within {Timeout.TotalSeconds} s";
        }
    }
}
