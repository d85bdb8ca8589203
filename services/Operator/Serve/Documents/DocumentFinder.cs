using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.Serve.State;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve.Documents;

/// <summary>Finds a document and says in words why it has no result yet. Everything is read now: the document, the queues, the workers.</summary>
internal sealed class DocumentFinder(
    SyncGatewayClient documents,
    UnanswerableRequests unanswerable,
    MessageSearch search,
    LookTurns turns,
    PresenceBoard board,
    StateWatch watch,
    ActionCatalog actions,
    IOptions<BusOptions> bus,
    TimeProvider clock)
{
    /// <param name="keyspace">A valid keyspace.</param>
    /// <param name="id">A valid document id.</param>
    /// <param name="withBody">Whether to add the body, which may contain personal data.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="UnavailableException">Too many people search.</exception>
    public async Task<FoundDocument> FindAsync(string keyspace, string id, bool withBody, CancellationToken cancellationToken)
    {
        switch (await documents.ReadAsync(keyspace, id, cancellationToken))
        {
            case ReadOutcome.Found { Document: var document }:
                var found = await ExplainAsync(keyspace, document, cancellationToken);
                return found with
                {
                    Action = document.Action,
                    Revision = document.Revision,
                    Body = withBody ? document.Body.ToJsonObject() : null,
                };
            case ReadOutcome.Missing:
                return new(
                    keyspace,
                    id,
                    "missing",
                    "There is no such document in this keyspace.",
                    "Check the id and the keyspace. If the app wrote it offline, it comes when the device is online again.");
            case ReadOutcome.Deleted:
                return new(keyspace, id, "deleted", "The document was deleted, so nothing is done for it.", null);
            case ReadOutcome.Unreadable unreadable:
                return new(keyspace, id, "unreadable", $"The document cannot be processed. {unreadable.Reason}", "The app must write it smaller or flatter.");
            case ReadOutcome.Unavailable { IsForbidden: true, Cause: var cause }:
                return await AddMessageAsync(new(
                    keyspace,
                    id,
                    "unknown",
                    cause.Reason,
                    "Give the Sync Gateway user of workers and operator access to the document's channel. Workers that may not read it either give up after the last attempt."), cancellationToken);
            case ReadOutcome.Unavailable { Cause: var cause }:
                return await AddMessageAsync(new(
                    keyspace,
                    id,
                    "unknown",
                    $"Sync Gateway cannot be used, so nothing can be read or written. {cause.Reason}",
                    "Mend Sync Gateway, or its address, user or password. Its request is tried again until then, and no attempt is counted."), cancellationToken);
            case var unknown:
                throw new InvalidOperationException($"Unknown read outcome: {unknown}");
        }
    }

    private async Task<FoundDocument> ExplainAsync(string keyspace, Document document, CancellationToken cancellationToken)
    {
        var contract = actions.Actions.FirstOrDefault(action =>
            document.Action == action.States.Request || document.Action == action.States.Success || document.Action == action.States.Failure);
        if (contract is null)
        {
            return ActionStates.IsRequest(document.Action)
                ? new(
                    keyspace,
                    document.Id,
                    "request",
                    $"It asks for {document.Action}, which no worker of this version performs.",
                    "Check the spelling in the app, or start workers of the version that knows the action.")
                : new(keyspace, document.Id, "other", "It asks for nothing: its action is not a request.", "To ask, the app writes an action that ends in _request.");
        }

        if (document.Action == contract.States.Success)
        {
            return new(keyspace, document.Id, "success", "It is done: the result is in the document.", null);
        }

        var waiting = await SearchAsync(contract, keyspace, document.Id, document.Revision, cancellationToken);
        return document.Action == contract.States.Failure
            ? ExplainFailure(keyspace, document, waiting)
            : await ExplainRequestAsync(contract, keyspace, document, waiting, cancellationToken);
    }

    /// <summary>Adds what queues and workers know of a document that cannot be read now.</summary>
    private async Task<FoundDocument> AddMessageAsync(FoundDocument found, CancellationToken cancellationToken)
    {
        foreach (var contract in actions.Actions)
        {
            var (result, trouble) = await SearchAsync(contract, found.Keyspace, found.Id, revision: null, cancellationToken);
            if (trouble is not null)
            {
                return found with { Facts = [trouble] };
            }

            if (result!.Message is { } message)
            {
                return found with
                {
                    Message = message,
                    Facts =
                    [
                        message.NextAttempt is { } next
                            ? DescribeDelay(message, next)
                            : $"A message of it is in {message.Queue}; it may be of an earlier request. {message.Reason}",
                    ],
                };
            }
        }

        return found with { Facts = board.DescribeHolders(found.Keyspace, found.Id) };
    }

    private async Task<(SearchResult? Result, string? Trouble)> SearchAsync(
        ActionContract contract, string keyspace, string id, string? revision, CancellationToken cancellationToken)
    {
        await turns.TakeAsync(cancellationToken);
        try
        {
            return (await search.FindAsync(contract, keyspace, id, revision, cancellationToken), null);
        }
        catch (Exception error) when (error is BrokerUnavailableException or UnavailableException)
        {
            return (null, error.Message);
        }
    }

    private static FoundDocument ExplainFailure(string keyspace, Document document, (SearchResult? Result, string? Trouble) waiting)
    {
        var error = document.Body["error"] as JsonObject;
        var message = waiting.Result?.Message;
        var attempts = error?["attempts"]?.ToJsonString();
        return new FoundDocument(
            keyspace,
            document.Id,
            "failure",
            $"It has failed for good{(attempts is null ? "" : $" after {attempts} attempt(s)")}: {ReadText(error, "code")}: {ReadText(error, "message")}",
            message is { IsDeadLetter: true }
                ? "If the cause is mended, replay its dead letter. The app can also ask again by itself."
                : "Its dead letter was not found: the app can ask again by writing the request.")
        {
            Message = message,
            Facts = waiting.Trouble is { } trouble ? [trouble] : [],
        };
    }

    private async Task<FoundDocument> ExplainRequestAsync(
        ActionContract contract,
        string keyspace,
        Document document,
        (SearchResult? Result, string? Trouble) waiting,
        CancellationToken cancellationToken)
    {
        var isNoted = await unanswerable.ContainsAsync(keyspace, document.Id, document.Revision, cancellationToken);
        var holders = board.DescribeHolders(keyspace, document.Id);
        var now = watch.Now;
        var queue = now.Actions.FirstOrDefault(action => action.Action == contract.States.Name);
        var (headline, advice) = Explain(contract, document, waiting, holders, isNoted, queue, now);
        return new FoundDocument(keyspace, document.Id, "request", headline, advice)
        {
            Message = waiting.Result?.Message,
            CanBePublished = waiting is { Trouble: null, Result.Message: not { IsDeadLetter: true } } && !isNoted,
            Facts =
            [
                .. holders,
                .. queue is { Pause: { } pause } && !headline.Contains($"{pause}", StringComparison.Ordinal)
                    ? [$"{contract.States.Name} is paused {pause}."]
                    : Array.Empty<string>(),
                .. now.Troubles.Where(part => part.Words != headline).Select(part => $"{part.Name}: {part.Words}"),
                .. waiting.Result is { NotSeen: > 0 and var notSeen }
                    ? [$"{Words.Count(notSeen, "message")} were not looked at, because there are too many."]
                    : Array.Empty<string>(),
            ],
        };
    }

    /// <summary>The first of these that holds is the reason.</summary>
    private (string Headline, string? Advice) Explain(
        ActionContract contract,
        Document document,
        (SearchResult? Result, string? Trouble) waiting,
        IReadOnlyList<string> holders,
        bool isNoted,
        ActionOverview? queue,
        Overview now)
    {
        var message = waiting.Result?.Message;
        if (message is { IsDeadLetter: true })
        {
            return (
                $"A worker has given up, and could not say so in the document. {message.Reason}",
                "Sync Gateway refuses what the worker writes, or the message cannot be read. Mend that (sync function, size, the worker's user), then replay the dead letter.");
        }

        if (RequestTime(document, "notBefore") is { } notBefore && notBefore > clock.GetUtcNow())
        {
            return ($"It is not due yet: the app wants it not before {Words.Time(notBefore)}.", null);
        }

        if (waiting.Trouble is { } trouble)
        {
            return bus.Value.Transport is BusTransport.InMemory
                ? ("Its message is in the memory of the gateway's own process, where this page cannot look.", "Look into that process's log: it says why attempts fail. With ./dev run --rabbitmq this page can look itself.")
                : ($"The broker cannot be used, so its message cannot be looked for. {trouble}", "Mend the broker. The document keeps the request meanwhile, and it is published when the broker is back.");
        }

        if (message is { NextAttempt: { } next })
        {
            return (
                DescribeDelay(message, next),
                message is { Reason: not null } and ({ Attempts: > 0 } or { Waits: > 0 })
                    ? (queue is { Workers: 0 } ? "Start a worker, because none runs, and mend" : "Mend")
                        + " what the last reason names. It is tried again by itself, or now if you say so."
                    : "Nothing: it is tried by itself.");
        }

        if (message is not null)
        {
            return ("It killed every worker that tried it. A worker writes that into the document now.", "If it stays like this, no worker runs.");
        }

        if (holders.Count > 0)
        {
            return DescribeHolding(contract, holders);
        }

        if (isNoted)
        {
            return (
                "A worker has found that Sync Gateway refuses every answer to this revision, or that it may not read the document.",
                "Mend the sync function or the worker's user, then let the app write the request again.");
        }

        if (queue is { Pause: { } pause })
        {
            return (
                $"{contract.States.Name} is paused {pause}. {Words.Count(queue.Waiting ?? 0, "message")} wait.",
                "Resume the action when that reason is gone. Nothing is lost meanwhile.");
        }

        if (queue is { Workers: 0 })
        {
            return ($"No worker runs that performs {contract.States.Name}. {Words.Count(queue.Waiting ?? 0, "message")} in the work queue.", "Start a worker.");
        }

        var gateway = now.Parts.FirstOrDefault(part => part.Name == "Gateway");
        return queue?.Waiting is > 0 and var ahead
            ? ($"It waits for a worker, or has no message yet: {Words.Count(ahead, "message")} are in the work queue.", "If that number does not fall, start more workers.")
            : gateway is { Health: Health.Trouble }
                ? ($"It has no message. {gateway.Words}", gateway.Advice)
                : (
                    "It has no message that could be found. A worker may have it at this moment, or its webhook was lost.",
                    "Look again in a minute: the gateway publishes what the webhook has missed. If it stays like this, search for open requests with repair.");
    }

    private string DescribeDelay(WaitingMessage message, string next)
    {
        var attempts = bus.Value.EffectiveDelays.Count + 1;
        var failures = message.Attempts ?? 0;
        var reason = message.Reason is { } known ? $" Last reason: {known}" : "";
        return failures == 0 && message.Waits > 0
            ? $"Sync Gateway could not be used when a worker tried. It is tried again {next}, and no attempt is counted.{reason}"
            : failures == 0
                ? $"It waits, and is tried {next}.{reason}"
                : $"{Words.Count(failures, "attempt")} of {attempts} failed. It is tried again {next}.{reason}";
    }

    private (string, string?) DescribeHolding(ActionContract contract, IReadOnlyList<string> holders)
    {
        var paused = board.List().SelectMany(service => service.Presence.Actions)
            .Where(action => action.Action == contract.States.Name)
            .Select(action => (action.PausedUntil, action.LastTrouble))
            .FirstOrDefault(action => action.PausedUntil > clock.GetUtcNow());
        return paused.PausedUntil is { } until
            ? (
                $"A worker has it, and pauses until {Words.Time(until)}, because nearly all attempts fail. {paused.LastTrouble?.Reason}",
                "Mend what the action needs (for person: SWAPI). The worker tries again by itself.")
            : ($"A worker is working on it. {holders[0]}", null);
    }

    private static DateTimeOffset? RequestTime(Document document, string property) =>
        Rfc3339.Parse(document.Text(property));

    private static string ReadText(JsonObject? error, string name) =>
        error?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "no reason given";
}
