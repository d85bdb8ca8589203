using OfflineActions.Messaging.Queues;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.DeadLetters.Replay;

/// <summary>
/// Replays dead letters. Replaying one twice is safe: the second time the document is no longer at the revision of the failure.
/// </summary>
internal sealed class DeadLetterReplay(SyncGatewayClient documents, QueuePublisher publisher, bool isDryRun)
{
    /// <exception cref="UnavailableException">Sync Gateway cannot be used; the letter must stay.</exception>
    /// <exception cref="BrokerUnavailableException">RabbitMQ cannot be used; the letter must stay.</exception>
    public async Task<ReplayRow> RunAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var (outcome, detail) = await ReplayAsync(letter, cancellationToken);
        return new ReplayRow(DeadLetterRow.From(letter), outcome, detail, isDryRun);
    }

    private async Task<(ReplayOutcome Outcome, string? Detail)> ReplayAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        if (!letter.HasDocument)
        {
            return (ReplayOutcome.Unreadable, "it refers to no document of this action; discard removes it");
        }

        var (action, request) = (letter.Queue.Action, letter.Request);
        var read = await documents.ReadAsync(request.Keyspace, request.DocumentId, cancellationToken);
        switch (ReplayPlan.Create(read, action.States, request.Revision, letter.FailureRevision))
        {
            case ReplayPlan.Republish { Lane: var lane }:
                if (!isDryRun)
                {
                    await publisher.PublishAsync(action.Queues.WorkOf(lane), letter.Message.WithoutHistory(), cancellationToken);
                }

                return (ReplayOutcome.Republished, null);
            case ReplayPlan.Reopen reopen:
                return isDryRun
                    ? (ReplayOutcome.Reopened, null)
                    : ToOutcome(await documents.WriteAsync(request.Keyspace, reopen.Document, cancellationToken));
            case ReplayPlan.Obsolete obsolete:
                return (ReplayOutcome.Obsolete, obsolete.Reason);
            case ReplayPlan.Keep:
                return (ReplayOutcome.Missing, "there is no such document; if this is the right Sync Gateway, discard removes it");
            case ReplayPlan.Forbidden forbidden:
                return (ReplayOutcome.Refused, forbidden.Reason);
            case var unknown:
                throw new InvalidOperationException($"Unknown replay plan: {unknown}");
        }
    }

    private static (ReplayOutcome, string?) ToOutcome(WriteOutcome write) => write switch
    {
        WriteOutcome.Written => (ReplayOutcome.Reopened, null),
        WriteOutcome.Conflict => (ReplayOutcome.Conflict, "the document was written at the same time"),
        WriteOutcome.Refused refused => (ReplayOutcome.Refused, $"{refused.Status}, {refused.Reason}"),
        // The document may have been written. Then the next replay finds it changed.
        WriteOutcome.Unavailable { Cause: var cause } => throw new UnavailableException(cause.Reason),
        _ => throw new InvalidOperationException($"Unknown write outcome: {write}"),
    };
}
