using System.Globalization;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Processing;

/// <summary>The states of a document, and its next revision. Pure functions.</summary>
internal static class DocumentTransitions
{
    /// <summary>Whether <paramref name="document"/> requests the action.</summary>
    /// <remarks>The worker never writes a request, so a message that its own write caused ends here.</remarks>
    public static bool IsRequest(Document document, ActionStates states) => document.Action == states.Request;

    /// <summary>The properties of <paramref name="document"/> that the action depends on.</summary>
    public static JsonObject SelectInputs(Document document, IReadOnlyCollection<string> names) => new(
        names.Where(document.Body.Contains).Select(name => KeyValuePair.Create(name, document.Body[name])));

    /// <summary><paramref name="document"/> with the result of the action.</summary>
    public static Document ToSuccess(Document document, ActionStates states, JsonObject properties) =>
        document with { Body = document.Body.Without("error").With(properties).With("action", states.Success) };

    /// <summary><paramref name="document"/> with the failure of the action.</summary>
    public static Document ToFailure(Document document, ActionStates states, PendingFailure failure) =>
        document with { Body = document.Body.With("action", states.Failure).With("error", CreateError(failure)) };

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

    private static JsonObject CreateError(PendingFailure failure)
    {
        var error = new JsonObject
        {
            ["code"] = failure.Failure.Code,
            ["message"] = failure.Failure.Message,
            ["retryable"] = failure.Failure.Retryable,
            ["attempts"] = failure.Attempts,
            ["failedAt"] = failure.FailedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        };
        if (failure.TraceId is not null)
        {
            error["traceId"] = failure.TraceId;
        }

        return error;
    }
}
