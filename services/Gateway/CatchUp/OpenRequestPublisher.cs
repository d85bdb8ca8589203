using OfflineActions.Contracts;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.CatchUp;

/// <summary>Publishes the open requests of one keyspace as they become due, many at a time while the broker takes them.</summary>
internal sealed class OpenRequestPublisher(
    string keyspace,
    OpenRequests requests,
    PublishedByKeyspace published,
    ActionCatalog catalog,
    UnanswerableRequests refused,
    RequestPublisher publisher,
    GatewayTelemetry telemetry,
    TimeProvider clock,
    int inFlight,
    ILogger log)
{
    /// <summary>How often to look for what has become due.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    private readonly Backoff patience = new(clock);
    private bool isRefused;

    /// <summary>Publishes until it is cancelled.</summary>
    /// <param name="mayPublish">Asked before each turn.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<bool> mayPublish, CancellationToken cancellationToken)
    {
        using var turn = new PeriodicTimer(Turn, clock);
        while (true)
        {
            // What the broker has just refused is offered one at a time until it takes one.
            var due = Due(mayPublish() ? isRefused ? 1 : 4 * inFlight : 0);
            if (due.Count == 0)
            {
                await turn.WaitForNextTickAsync(cancellationToken);
            }
            else if (await PublishAsync(due, cancellationToken))
            {
                isRefused = false;
                patience.Reset();
            }
            else
            {
                NoteRefusal();
                await patience.WaitAsync(null, cancellationToken);
            }
        }
    }

    private List<OpenRequest> Due(int most)
    {
        var due = new List<OpenRequest>();
        while (due.Count < most && requests.TakeDue(published.Now) is { } request)
        {
            due.Add(request);
        }

        return due;
    }

    /// <returns>Whether the broker took all of it.</returns>
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

    /// <returns>Whether there is nothing left to do for it now.</returns>
    private async Task<bool> PublishAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        if (!requests.IsDue(request, published.Now))
        {
            return true;
        }

        var memory = published.For(keyspace);
        var epoch = memory.Epoch;
        if (await refused.ContainsAsync(keyspace, request.DocumentId, request.Revision, cancellationToken))
        {
            // As good as published: it is looked at again when that would be repeated.
            memory.Add(request.DocumentId, request.Revision, published.Now, epoch);
            return true;
        }

        var seen = clock.GetUtcNow() - (published.Now - request.Seen);
        // Only requests of the catalog are kept open.
        var action = catalog.FindByRequest(request.Request)!;
        var message = action.CreateMessage(keyspace, request.DocumentId, request.Revision, seen);
        if (await publisher.PublishAsync(action, message, cancellationToken) is not null)
        {
            return false;
        }

        telemetry.CaughtUp(request.Request);
        return true;
    }

    private void NoteRefusal()
    {
        if (!isRefused)
        {
            isRefused = true;
            log.CatchUpRefused(keyspace);
        }
    }
}
