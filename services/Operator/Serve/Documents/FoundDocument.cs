using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace OfflineActions.Operator.Serve.Documents;

/// <summary>A document, and why it has no result yet.</summary>
/// <param name="Keyspace">Its keyspace.</param>
/// <param name="Id">Its <c>_id</c>.</param>
/// <param name="State">What it is, in one word: <c>request</c>, <c>success</c>, <c>failure</c>, <c>other</c>, <c>missing</c>, <c>deleted</c>,
/// <c>unreadable</c>, <c>unknown</c>.</param>
/// <param name="Headline">In words, why it has no result, or that it has one.</param>
/// <param name="Advice">What to do; null when there is nothing to do.</param>
internal sealed record FoundDocument(string Keyspace, string Id, string State, string Headline, string? Advice)
{
    /// <summary>The value of its <c>action</c>; null when it has none or was not read.</summary>
    public string? Action { get; init; }

    /// <summary>Its revision; null when it was not read.</summary>
    public string? Revision { get; init; }

    /// <summary>Its message, if it was found waiting in a queue.</summary>
    public WaitingMessage? Message { get; init; }

    /// <summary>Whether its message may be published again now: it is a request that a worker can answer, and no dead letter.</summary>
    [JsonIgnore]
    public bool CanBePublished { get; init; }

    /// <summary>What else is known.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];

    /// <summary>Its body; null when that was not asked for.</summary>
    public JsonNode? Body { get; init; }
}

/// <summary>A message that waits.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Attempts">How many attempts have failed so far; null when it does not say.</param>
/// <param name="Waits">How often it was deferred because Sync Gateway was unavailable.</param>
/// <param name="Reason">Why it was deferred or failed last; null when it does not say.</param>
/// <param name="NextAttempt">When it is tried again at the earliest, in words; null when it waits for somebody.</param>
/// <param name="TraceId">The id of its trace; null when it belongs to none.</param>
/// <param name="IsDeadLetter">Whether it waits for an operator.</param>
internal sealed record WaitingMessage(
    string Id, string Queue, long? Attempts, long? Waits, string? Reason, string? NextAttempt, string? TraceId, bool IsDeadLetter);
