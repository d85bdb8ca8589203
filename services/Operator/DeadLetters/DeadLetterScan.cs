using OfflineActions.Messaging.Queues;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>Visits the selected dead letters of all queues.</summary>
/// <param name="broker">The broker.</param>
/// <param name="selection">Which letters.</param>
/// <param name="warn">Takes a sentence about what was left out or not found.</param>
internal sealed class DeadLetterScan(BrokerConnection broker, Selection selection, Action<string> warn)
{
    private readonly HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Visits each selected letter and warns about a queue that has more messages than the limit.</summary>
    /// <param name="visit">Returns true when the letter is to be removed from its queue.</param>
    /// <param name="cancellationToken">Stops between two letters.</param>
    /// <returns>How many letters were selected.</returns>
    public async Task<int> RunAsync(Func<DeadLetter, Task<bool>> visit, CancellationToken cancellationToken)
    {
        var (now, count) = (DateTimeOffset.UtcNow, 0);
        var browser = new QueueBrowser(broker, selection.Limit);
        foreach (var queue in selection.Queues)
        {
            var left = await browser.VisitAsync(
                queue.Name, message => VisitSelectedAsync(DeadLetter.Read(queue, message)), cancellationToken);
            if (left > 0)
            {
                warn($"{queue.Name} has {left} more messages than the limit of {selection.Limit}; raise it with --limit.");
            }
        }

        return count;

        async Task<bool> VisitSelectedAsync(DeadLetter letter)
        {
            if (!selection.Includes(DeadLetterRow.From(letter), now))
            {
                return false;
            }

            count++;
            seen.Add(letter.Id);
            return await visit(letter);
        }
    }

    /// <summary>Warns about each id, or the document, that was selected and not found.</summary>
    /// <returns>Whether all were found.</returns>
    public bool CheckAllFound()
    {
        var missing = selection.Ids.Where(id => !seen.Contains(id)).ToArray();
        foreach (var id in missing)
        {
            warn($"no dead letter {id} found.");
        }

        if (selection is { Ids.Count: 0, Document: { } document } && seen.Count == 0)
        {
            warn($"no dead letter of document {document} found.");
            return false;
        }

        return missing.Length == 0;
    }
}
