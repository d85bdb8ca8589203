using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>Publishes the open requests of one keyspace when they are due, several at a time while the broker confirms them.</summary>
internal sealed class OpenRequestPublisher(
    string keyspace,
    OpenRequests requests,
    PublishedByKeyspace published,
    ActionCatalog catalog,
    UnanswerableRequests unanswerable,
    RequestPublisher publisher,
    CatchUpTelemetry telemetry,
    TimeProvider clock,
    int inFlight,
    ILogger log)
{
    /// <summary>How often to look for due requests.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly Backoff backoff = new(clock);
    private bool isRefused;

    /// <summary>Publishes until it is cancelled.</summary>
    /// <param name="mayPublish">Whether to publish now.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(Func<bool> mayPublish, CancellationToken cancellationToken)
    {
        using var turn = new PeriodicTimer(PollInterval, clock);
        while (true)
        {
            // After a refusal, one request at a time until the broker confirms one.
            var due = TakeDue(mayPublish() ? isRefused ? 1 : 4 * inFlight : 0);
            if (due.Count == 0)
            {
                await turn.WaitForNextTickAsync(cancellationToken);
            }
            else if (await PublishAsync(due, cancellationToken))
            {
                isRefused = false;
                backoff.Reset();
            }
            else
            {
                NoteRefusal();
                await backoff.WaitAsync(null, cancellationToken);
            }
        }
    }

    private List<OpenRequest> TakeDue(int limit)
    {
        var due = new List<OpenRequest>();
        while (due.Count < limit && requests.TakeDue(published.Now) is { } request)
        {
            due.Add(request);
        }

        return due;
    }

    /// <returns>Whether the broker confirmed all of them.</returns>
    private async Task<bool> PublishAsync(List<OpenRequest> due, CancellationToken cancellationToken)
    {
        var refused = false;
        try
        {
            await Parallel.ForEachAsync(
                due,
                new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken },
                async (request, stopped) =>
                {
                    if (!Volatile.Read(ref refused) && !await PublishAsync(request, stopped))
                    {
                        Volatile.Write(ref refused, true);
                    }
                });
        }
        finally
        {
            due.ForEach(requests.Return);
        }

        return !refused;
    }

    /// <returns>False when the broker did not confirm it.</returns>
    private async Task<bool> PublishAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        if (!requests.IsDue(request, published.Now))
        {
            return true;
        }

        var memory = published.For(keyspace);
        var epoch = memory.Epoch;
        if (await unanswerable.ContainsAsync(keyspace, request.DocumentId, request.Revision, cancellationToken))
        {
            // Noted as published, so that it is not due again before the time to republish.
            memory.Add(request.DocumentId, request.Revision, published.Now, epoch);
            return true;
        }

        var seen = clock.GetUtcNow() - (published.Now - request.Seen);
        // RequestFeed lets only requests of the catalog through.
        var action = catalog.FindByRequest(request.Request)!;
        var message = action.CreateMessage(keyspace, request.DocumentId, request.Revision, seen);
        if (await publisher.PublishAsync(action, message, cancellationToken) is not null)
        {
            return false;
        }

        telemetry.Published(request.Request);
        return true;
    }

    private void NoteRefusal()
    {
        if (!isRefused)
        {
            isRefused = true;
            log.BrokerRefuses(keyspace);
        }
    }
}
