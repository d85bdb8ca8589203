using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.OpenRequests;
using OfflineActions.Operator.Options;
using OfflineActions.Operator.Serve.State;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve.Jobs;

/// <summary>Searches for open requests, or looks at one document, as jobs, by the same code as the command line.</summary>
internal sealed class ReconcileJobs(
    JobBoard jobs, BrokerLine broker, SyncGatewayClient documents, ActionCatalog actions, IOptions<OperatorOptions> options, TimeProvider clock)
{
    private const double RepairsPerSecond = 200;

    /// <summary>Starts a search.</summary>
    /// <param name="user">Who starts it.</param>
    /// <param name="olderThan">Searches twice, that time apart, for those still open in the same revision; null to search once.</param>
    /// <param name="isRepair">Whether to publish the messages of what is found.</param>
    /// <returns>Null when too many jobs run already.</returns>
    public Job? Start(string user, TimeSpan? olderThan, bool isRepair) => jobs.Start(
        JobKind.Reconcile,
        isDryRun: !isRepair,
        user,
        $"open requests of {string.Join(", ", options.Value.EffectiveKeyspaces)}"
            + (olderThan is { } age ? $", open for {Words.Duration(age)} or longer" : "") + (isRepair ? ", published again" : ""),
        total: null,
        (job, cancellationToken) => RunAsync(job, isRepair, () => SearchAsync(job, olderThan, cancellationToken), cancellationToken));

    /// <summary>Publishes the message of one document at once, if the document is a request. A worker tries it without waiting for a delay.</summary>
    /// <param name="user">Who starts it.</param>
    /// <param name="keyspace">A valid keyspace.</param>
    /// <param name="documentId">A valid document id.</param>
    /// <returns>Null when too many jobs run already.</returns>
    public Job? StartPublishing(string user, string keyspace, string documentId) => jobs.Start(
        JobKind.Publish,
        isDryRun: false,
        user,
        $"the document {documentId} of {keyspace}, published again",
        total: null,
        (job, cancellationToken) => RunAsync(job, isRepair: true, () => FindAsync(job, keyspace, documentId, cancellationToken), cancellationToken));

    private async Task RunAsync(Job job, bool isRepair, Func<Task<IReadOnlyCollection<OpenRequest>>> findAsync, CancellationToken cancellationToken)
    {
        job.Start();
        // Connect before a long wait, so that a missing broker is reported at once.
        await using var connection = isRepair ? await broker.OpenAsync("operator page, reconcile", cancellationToken) : null;
        var found = await findAsync();
        await using var publisher = connection is null ? null : await connection.OpenPublisherAsync(cancellationToken);
        await using var limiter = RateOption.CreateLimiter(RepairsPerSecond);
        foreach (var request in found)
        {
            var message = request.CreateMessage();
            if (publisher is not null)
            {
                using var lease = await limiter.AcquireAsync(permitCount: 1, cancellationToken);
                await publisher.PublishAsync(request.Queue, QueueMessage.Create(message), cancellationToken);
            }

            var outcome = isRepair ? "published" : "open";
            job.Add(new JobRow(message.MessageId.ToString(), request.Keyspace, request.Document, outcome, $"{outcome}, revision {request.Revision}"));
        }
    }

    private async Task<IReadOnlyCollection<OpenRequest>> FindAsync(
        Job job, string keyspace, string documentId, CancellationToken cancellationToken)
    {
        switch (await documents.ReadAsync(keyspace, documentId, cancellationToken))
        {
            case ReadOutcome.Found { Document: var document }
                when actions.Actions.FirstOrDefault(action => action.States.Request == document.Action) is { } action:
                return [new OpenRequest(action, keyspace, document.Id, document.Revision, Lanes.FromPriority(document.Priority))];
            case ReadOutcome.Unavailable { Cause: var cause }:
                throw new UnavailableException(cause.Reason);
            case ReadOutcome.Unreadable { Reason: var reason }:
                job.AddNote($"The document cannot be processed, so nothing was published. {reason}");
                return [];
            default:
                job.AddNote("The document is no open request now, so nothing was published.");
                return [];
        }
    }

    private async Task<IReadOnlyCollection<OpenRequest>> SearchAsync(Job job, TimeSpan? olderThan, CancellationToken cancellationToken)
    {
        var scans = options.Value.EffectiveKeyspaces.Distinct()
            .Select(keyspace => new OpenRequestScan(documents, actions, keyspace, options.Value.Channel))
            .ToArray();
        var found = await ScanAsync(scans, cancellationToken);
        if (olderThan is { } age)
        {
            job.AddNote($"{Words.Count(found.Count, "request")} open at the first look. The second look is {Words.Duration(age)} later.");
            await Task.Delay(age, clock, cancellationToken);
            found = [.. found.Intersect(await ScanAsync(scans, cancellationToken))];
        }

        return found;
    }

    private static async Task<IReadOnlyCollection<OpenRequest>> ScanAsync(OpenRequestScan[] scans, CancellationToken cancellationToken)
    {
        var found = new List<OpenRequest>();
        foreach (var scan in scans)
        {
            found.AddRange(await scan.ReadOnAsync(cancellationToken));
        }

        return found;
    }
}
