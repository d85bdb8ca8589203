using System.Globalization;
using System.Text.Json.Nodes;
using Contracts;
using SyncGateway;

namespace Worker.Delivery;

/// <summary>What a document becomes. Pure: a document in, its next revision out.</summary>
internal static class Answer
{
    /// <summary>Whether <paramref name="document"/> asks for the action, as it is now.</summary>
    /// <remarks>The worker never writes a state that asks for something, so its own writes end here when they come back as messages.</remarks>
    public static bool IsWanted(Document document, ActionStates states) =>
        document.Body["action"] is JsonValue action && action.TryGetValue<string>(out var state) && state == states.Request;

    /// <summary>Those properties of <paramref name="document"/> that the action depends on.</summary>
    public static JsonObject InputsOf(Document document, IReadOnlyCollection<string> names) => new(
        names.Where(document.Body.ContainsKey).Select(name => KeyValuePair.Create(name, document.Body[name]?.DeepClone())));

    /// <summary><paramref name="document"/> with the action done.</summary>
    public static Document Success(Document document, ActionStates states, JsonObject properties)
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
    /// <param name="document">The document.</param>
    /// <param name="states">The action's states.</param>
    /// <param name="failure">Why.</param>
    /// <param name="attempts">How often it was tried.</param>
    /// <param name="failedAt">When it was given up.</param>
    public static Document Failure(Document document, ActionStates states, ActionFailure failure, int attempts, DateTimeOffset failedAt)
    {
        var body = document.Body.DeepClone().AsObject();
        body["action"] = states.Failure;
        body["error"] = new JsonObject
        {
            ["code"] = failure.Code,
            ["message"] = failure.Message,
            ["retryable"] = failure.Retryable,
            ["attempts"] = attempts,
            ["failedAt"] = failedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        };
        return document with { Body = body };
    }
}
