using OfflineActions.Operator.Broker;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>Replays one dead letter at a time. What it does is safe to do twice: the second time finds a document that has moved on.</summary>
internal sealed class Replay(SyncGatewayClient documents, WorkQueue work, bool dryRun)
{
    /// <exception cref="UnavailableException">RabbitMQ or Sync Gateway cannot be used; the letter must stay.</exception>
    public async Task<ReplayRow> RunAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        var (outcome, detail) = await ActAsync(letter, cancellationToken);
        return new ReplayRow(DeadLetterRow.Of(letter), outcome, detail, dryRun);
    }

    /// <summary>Whether a letter that came to <paramref name="outcome"/> is done with.</summary>
    public static bool IsDone(ReplayOutcome outcome) => outcome is ReplayOutcome.Republished or ReplayOutcome.Reopened or ReplayOutcome.Obsolete;

    private async Task<(ReplayOutcome Outcome, string? Detail)> ActAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        if (!letter.NamesDocument)
        {
            return (ReplayOutcome.Unreadable, "it names no document of this action; discard is what can be done with it");
        }

        var reference = letter.Reference;
        var read = await documents.ReadAsync(reference.Keyspace, reference.DocumentId, cancellationToken);
        switch (ReplayPlan.Of(read, letter.Action.States, reference.Revision, letter.FailureRevision))
        {
            case ReplayPlan.Republish:
                if (!dryRun)
                {
                    await work.PublishAsync(letter.Action.Queues.Work, HeaderReset.Copy(letter.Properties), letter.Body, cancellationToken);
                }

                return (ReplayOutcome.Republished, null);
            case ReplayPlan.Reopen reopen:
                return dryRun ? (ReplayOutcome.Reopened, null) : Of(await documents.WriteAsync(reference.Keyspace, reopen.Document, cancellationToken));
            case ReplayPlan.Obsolete obsolete:
                return (ReplayOutcome.Obsolete, obsolete.Why);
            case ReplayPlan.Stay:
                return (ReplayOutcome.Missing, "there is no such document; if this is the right Sync Gateway, discard is what can be done with it");
            case var unheardOf:
                throw new InvalidOperationException($"Nobody knows how to {unheardOf}.");
        }
    }

    private static (ReplayOutcome, string?) Of(WriteOutcome write) => write switch
    {
        WriteOutcome.Written => (ReplayOutcome.Reopened, null),
        WriteOutcome.Conflict => (ReplayOutcome.Conflict, "somebody wrote the document at this moment"),
        WriteOutcome.Refused refused => (ReplayOutcome.Refused, $"{refused.Status}, {refused.Reason}"),
        // It may have happened all the same: then the next replay finds a document that has moved on.
        WriteOutcome.Unavailable { Cause: var cause } => throw new UnavailableException(cause.Reason),
        _ => throw new InvalidOperationException($"A write cannot end like this: {write}"),
    };
}
