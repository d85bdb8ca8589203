using OfflineActions.Operator.DeadLetters;
using OfflineActions.Operator.DeadLetters.Replay;
using OfflineActions.Operator.Options;
using OfflineActions.Operator.Serve.DeadLetters;
using OfflineActions.Operator.Serve.State;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve.Jobs;

/// <summary>Replays and discards dead letters as jobs, by the same code as the command line.</summary>
internal sealed class DeadLetterJobs(JobBoard jobs, DeadLetterStore store, BrokerLine broker, SyncGatewayClient documents)
{
    private const double ReplaysPerSecond = 50;

    /// <summary>Starts a replay of exactly these messages.</summary>
    /// <returns>Null when too many jobs run already.</returns>
    public Job? StartReplay(string user, string words, Selection selection, int total, bool isDryRun) => jobs.Start(
        JobKind.Replay,
        isDryRun,
        user,
        words,
        total,
        (job, cancellationToken) => store.WorkAsync(() => ReplayAsync(job, selection, isDryRun, cancellationToken), cancellationToken));

    /// <summary>Starts to discard exactly these messages.</summary>
    /// <returns>Null when too many jobs run already.</returns>
    public Job? StartDiscard(string user, string words, Selection selection, int total, bool isDryRun) => jobs.Start(
        JobKind.Discard,
        isDryRun,
        user,
        words,
        total,
        (job, cancellationToken) => store.WorkAsync(() => DiscardAsync(job, selection, isDryRun, cancellationToken), cancellationToken));

    private async Task ReplayAsync(Job job, Selection selection, bool isDryRun, CancellationToken cancellationToken)
    {
        job.Start();
        await using var connection = await broker.OpenAsync("operator page, replay", cancellationToken);
        await using var publisher = await connection.OpenPublisherAsync(cancellationToken);
        await using var limiter = RateOption.CreateLimiter(ReplaysPerSecond);
        var replay = new DeadLetterReplay(documents, publisher, isDryRun);
        var scan = new DeadLetterScan(connection, selection, job.AddNote);
        await scan.RunAsync(
            async letter =>
            {
                using var lease = await limiter.AcquireAsync(permitCount: 1, cancellationToken);
                var row = await replay.RunAsync(letter, cancellationToken);
                job.Add(new JobRow(row.Letter.Id, row.Letter.Keyspace, row.Letter.Document, row.Outcome.ToWord(), row.Describe()));
                return row.IsDone && !isDryRun;
            },
            cancellationToken);
        scan.CheckAllFound();
    }

    private async Task DiscardAsync(Job job, Selection selection, bool isDryRun, CancellationToken cancellationToken)
    {
        job.Start();
        await using var connection = await broker.OpenAsync("operator page, discard", cancellationToken);
        var scan = new DeadLetterScan(connection, selection, job.AddNote);
        await scan.RunAsync(
            letter =>
            {
                var row = DeadLetterRow.From(letter);
                var isKept = isDryRun || job.TryKeep(DeadLetterDump.From(letter));
                job.Add(new JobRow(
                    row.Id,
                    row.Keyspace,
                    row.Document,
                    isKept ? "discarded" : "not discarded",
                    !isKept ? "not discarded: the messages for download would become too large. Download these, then discard the rest."
                        : isDryRun ? "would be discarded" : "discarded"));
                return Task.FromResult(isKept && !isDryRun);
            },
            cancellationToken);
        scan.CheckAllFound();
    }
}
