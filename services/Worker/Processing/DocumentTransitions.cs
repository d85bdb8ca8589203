using System.Globalization;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Processing;

/// <summary>What a document becomes. Pure: a document in, its next revision out.</summary>
internal static class DocumentTransitions
{
    /// <summary>Whether <paramref name="document"/> asks for the action, as it is now.</summary>
    /// <remarks>The worker never writes a state that asks for something, so its own writes end here when they come back as messages.</remarks>
    public static bool IsRequest(Document document, ActionStates states) =>
        document.Action == states.Request;

    /// <summary>Those properties of <paramref name="document"/> that the action depends on.</summary>
    public static JsonObject SelectInputs(Document document, IReadOnlyCollection<string> names) => new(
        names.Where(document.Body.ContainsKey).Select(name => KeyValuePair.Create(name, document.Body[name]?.DeepClone())));

    /// <summary><paramref name="document"/> with the action done.</summary>
    public static Document ToSuccess(Document document, ActionStates states, JsonObject properties)
    {
        var body = document.Body.DeepClone().AsObject();
        body.Remove("error");
        foreach (var (name, value) in properties)
        {
            body[name] = value?.DeepClone();
        }

        body["action"] = states.Success;
        return document with { Body = body };
    }

    /// <summary><paramref name="document"/> with the action given up.</summary>
    public static Document ToFailure(Document document, ActionStates states, PendingFailure given)
    {
        var body = document.Body.DeepClone().AsObject();
        body["action"] = states.Failure;
        body["error"] = Error(given);
        return document with { Body = body };
    }

    /// <summary>Whether <paramref name="document"/> says already that it was given up.</summary>
    /// <param name="document">The document.</param>
    /// <param name="states">The action's states.</param>
    /// <param name="given">What exactly it is to say; null for whatever it says.</param>
    public static bool IsFailure(Document document, ActionStates states, PendingFailure? given) =>
        document.Action == states.Failure
        && (given is null || JsonNode.DeepEquals(document.Body["error"], Error(given)));

    /// <summary>What a failed document's <c>error</c> says under <paramref name="name"/>; empty when it is no text.</summary>
    public static string ReadError(Document document, string name) =>
        document.Body["error"] is JsonObject error && error[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static JsonObject Error(PendingFailure given) => new()
    {
        ["code"] = given.Failure.Code,
        ["message"] = given.Failure.Message,
        ["retryable"] = given.Failure.Retryable,
        ["attempts"] = given.Attempts,
        ["failedAt"] = given.FailedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
    };
}
