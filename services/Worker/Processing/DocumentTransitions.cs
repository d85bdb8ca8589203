using System.Globalization;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Processing;

/// <summary>The states of a document, and its next revision. Pure functions.</summary>
internal static class DocumentTransitions
{
    /// <summary>The property that says when the request was written. Without it, nobody needs to know.</summary>
    private const string RequestedAt = "requestedAt";

    /// <summary>Whether <paramref name="document"/> requests the action, and a message may perform it.</summary>
    /// <param name="document">The document.</param>
    /// <param name="states">The action of the message.</param>
    /// <param name="revision">The revision that the message names. In a chain it may belong to an earlier request.</param>
    public static bool IsRequest(Document document, ActionStates states, string revision) =>
        document.Action == states.Request && !Chain.IsAnswered(document, revision);

    /// <summary>The properties of <paramref name="document"/> that the action depends on.</summary>
    public static JsonObject SelectInputs(Document document, IReadOnlyCollection<string> names) => new(
        names.Where(document.Body.Contains).Select(name => KeyValuePair.Create(name, document.Body[name])));

    /// <summary>
    /// <paramref name="document"/> with the result of the action. In a chain it is the next request, which keeps all results so far. This is
    /// the only request that a worker writes: the list of those that follow is one shorter each time.
    /// </summary>
    /// <param name="document">The document. Its <c>then</c> is valid.</param>
    /// <param name="states">The action's states.</param>
    /// <param name="properties">The result.</param>
    /// <param name="now">The time, for the next request.</param>
    public static Document ToSuccess(Document document, ActionStates states, JsonObject properties, DateTimeOffset now)
    {
        var next = Chain.ReadNext(document);
        var body = ProgressNote.Remove(document.Body).Without("error").With(properties).With("action", next?.Request ?? states.Success);
        body = next is { Then.Count: > 0 } ? body.With(Chain.Then, next.Value.Then) : body.Without(Chain.Then);
        if (next is null)
        {
            return document with { Body = Chain.HasNote(document) ? body.Without(Chain.Note) : body };
        }

        body = body.With(Chain.Note, Chain.CreateNote(document.Revision));
        return document with { Body = body.Contains(RequestedAt) ? body.With(RequestedAt, Format(now)) : body };
    }

    /// <summary><paramref name="document"/> with the failure of the action.</summary>
    public static Document ToFailure(Document document, ActionStates states, PendingFailure failure) =>
        document with { Body = ProgressNote.Remove(document.Body).With("action", states.Failure).With("error", CreateError(failure)) };

    /// <summary>Whether <paramref name="document"/> already holds a failure of the action.</summary>
    /// <param name="document">The document.</param>
    /// <param name="states">The action's states.</param>
    /// <param name="failure">The failure it must hold; null for any.</param>
    public static bool IsFailure(Document document, ActionStates states, PendingFailure? failure) =>
        document.Action == states.Failure
        && (failure is null
            || (document.Body["error"] is JsonObject error
                && error.Count == CreateError(failure).Count
                && CreateError(failure).All(property => error[property.Key] is { } value && IsSame(value, property.Value!))));

    /// <summary>
    /// Whether two values are written in the same way. <see cref="JsonNode.DeepEquals"/> compares numbers by their value instead, and
    /// throws at an exponent of ten digits, which any app user can write.
    /// </summary>
    public static bool IsSame(JsonNode one, JsonNode other) => one.ToJsonString() == other.ToJsonString();

    /// <summary>The text <paramref name="name"/> of a failed document's <c>error</c>; empty when there is no such text.</summary>
    public static string ReadError(Document document, string name) =>
        document.Body["error"] is JsonObject error && error[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>A time as RFC 3339, in UTC, with milliseconds.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static JsonObject CreateError(PendingFailure failure)
    {
        var error = new JsonObject
        {
            ["code"] = failure.Failure.Code,
            ["message"] = failure.Failure.Message,
            ["retryable"] = failure.Failure.Retryable,
            ["attempts"] = failure.Attempts,
            ["failedAt"] = Format(failure.FailedAt),
        };
        if (failure.TraceId is not null)
        {
            error["traceId"] = failure.TraceId;
        }

        return error;
    }
}
