using Microsoft.AspNetCore.Http;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.DeadLetters;
using OfflineActions.Operator.Serve.Jobs;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.DeadLetters;

/// <summary>What somebody wants to do with dead letters.</summary>
/// <param name="Ids">The ids of the messages; null when <paramref name="Filter"/> selects them.</param>
/// <param name="Filter">Selects the messages; null when <paramref name="Ids"/> names them. An empty filter selects all.</param>
/// <param name="DryRun">Whether only to say what would be done.</param>
/// <param name="Confirm">How many messages that are, as a confirmation. Not needed for a dry run.</param>
internal sealed record ActRequest(IReadOnlyList<string>? Ids = null, DeadLetterFilter? Filter = null, bool DryRun = false, int? Confirm = null);

/// <summary>What became of an <see cref="ActRequest"/>.</summary>
internal abstract record ActAnswer
{
    private ActAnswer()
    {
    }

    /// <summary>A job does it now.</summary>
    public sealed record Started(Job Job) : ActAnswer;

    /// <summary>Nothing is done.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Reason">A sentence.</param>
    /// <param name="Count">How many messages are selected; null when that could not be said.</param>
    public sealed record Refused(int Status, string Reason, int? Count = null) : ActAnswer;
}

/// <summary>Checks what somebody wants to do with dead letters, and starts it.</summary>
internal sealed class DeadLetterActs(DeadLetterStore store, DeadLetterJobs jobs, TimeProvider clock)
{
    /// <summary>The messages that a request selects.</summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public async Task<(IReadOnlyList<DeadLetterRow> Rows, ActAnswer.Refused? Refusal)> SelectAsync(
        ActRequest request, CancellationToken cancellationToken)
    {
        if (request.Ids is null == request.Filter is null)
        {
            return ([], new ActAnswer.Refused(StatusCodes.Status400BadRequest, "Give either ids or a filter."));
        }

        if (request.Filter?.FindErrors(store).FirstOrDefault() is { } error)
        {
            return ([], new ActAnswer.Refused(StatusCodes.Status400BadRequest, error));
        }

        var list = await store.ReadAsync(cancellationToken);
        var ids = Selection.CreateIds(request.Ids ?? []);
        var rows = request.Filter is { } filter
            ? filter.Apply(list, store, clock.GetUtcNow())
            : [.. list.Rows.Where(row => ids.Contains(row.Id))];
        return rows.Count == 0
            ? (rows, new ActAnswer.Refused(StatusCodes.Status404NotFound, "There is no such dead letter now. Somebody else may have been quicker.", 0))
            : (rows, null);
    }

    /// <summary>Starts a job, if the request is valid and confirmed.</summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be used.</exception>
    /// <exception cref="UnavailableException">There is no broker.</exception>
    public async Task<ActAnswer> StartAsync(JobKind kind, ActRequest request, string user, CancellationToken cancellationToken)
    {
        var (rows, refusal) = await SelectAsync(request, cancellationToken);
        if (refusal is not null)
        {
            return refusal;
        }

        if (!request.DryRun && request.Confirm != rows.Count)
        {
            return new ActAnswer.Refused(
                StatusCodes.Status409Conflict,
                $"This concerns {Words.Count(rows.Count, "dead letter")}. Confirm that number (confirm: {rows.Count}), or try a dry run first.",
                rows.Count);
        }

        // Exactly the messages that were counted: others may have come since.
        var selection = (request.Filter ?? new DeadLetterFilter()).ToSelection(store, rows.Select(row => row.Id));
        var words = Describe(request, rows);
        var job = kind is JobKind.Replay
            ? jobs.StartReplay(user, words, selection, rows.Count, request.DryRun)
            : jobs.StartDiscard(user, words, selection, rows.Count, request.DryRun);
        return job is null
            ? new ActAnswer.Refused(StatusCodes.Status429TooManyRequests, "Too many jobs run already. Wait until one has ended.", rows.Count)
            : new ActAnswer.Started(job);
    }

    private static string Describe(ActRequest request, IReadOnlyList<DeadLetterRow> rows) =>
        request.Filter is { } filter ? $"dead letters: {filter}"
        : rows is [var only] ? $"dead letter {only.Id} of document {only.Document ?? "unknown"}"
        : "selected dead letters";
}
