using OfflineActions.Operator.Broker;
using OfflineActions.Operator.Output;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>Goes through the chosen dead letters of all queues.</summary>
internal sealed class DeadLetterScan(BrokerConnection broker, int limit, Report report)
{
    private readonly HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Hands each chosen letter to <paramref name="visit"/>, which says whether it may leave its queue.</summary>
    /// <returns>How many were chosen.</returns>
    public async Task<int> RunAsync(Selection selection, Func<DeadLetter, Task<bool>> visit, CancellationToken cancellationToken)
    {
        var (now, chosen) = (DateTimeOffset.UtcNow, 0);
        var inspection = new QueueInspection(broker, limit);
        foreach (var (action, ending) in selection.Queues)
        {
            var left = await inspection.VisitAsync(action, ending, JudgeAsync, cancellationToken);
            if (left > 0)
            {
                report.Warn($"{DeadLetter.QueueOf(action, ending)} has {left} more than the {limit} that were looked at; --limit takes a higher number.");
            }
        }

        return chosen;

        async Task<bool> JudgeAsync(DeadLetter letter)
        {
            if (!selection.Includes(letter, now))
            {
                return false;
            }

            chosen++;
            seen.Add(letter.Id);
            return await visit(letter);
        }
    }

    /// <summary>Whether everything that was asked for by name was there; says what was not.</summary>
    public bool FoundAll(Selection selection)
    {
        var missing = selection.Ids.Where(id => !seen.Contains(id)).ToArray();
        foreach (var id in missing)
        {
            report.Warn($"no dead letter {id} among those looked at.");
        }

        if (selection is { Ids: [], Document: { } document } && seen.Count == 0)
        {
            report.Warn($"no dead letter of document {document} among those looked at.");
            return false;
        }

        return missing.Length == 0;
    }
}
