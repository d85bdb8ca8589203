using System.Net;
using System.Text.Json;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>What SWAPI's answers look like.</summary>
internal static class SwapiResponse
{
    // An answer ends up inside a document, which adds depth of its own; readers commonly stop at 64.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>What is wrong with an answer, or null.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="status">200 or 404.</param>
    /// <param name="aboutList">Whether the list of people was asked for, else a person.</param>
    public static string? FindError(ReadOnlySpan<byte> body, HttpStatusCode status, bool aboutList)
    {
        try
        {
            using var document = JsonDocument.Parse(body.ToArray(), Strict);
            var answer = document.RootElement;

            // Half a surrogate pair can be read, but not written into a document.
            _ = JsonSerializer.SerializeToUtf8Bytes(answer);

            return (status, aboutList) switch
            {
                (HttpStatusCode.NotFound, true) => "It has no list of people: its base address may be wrong.",
                (HttpStatusCode.NotFound, false) => null,
                (_, true) => Count(answer) is null ? "Its list of people has neither a count nor people." : null,
                _ => IsPerson(answer) ? null : "What it calls a person has no name.",
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return $"It answered {(int)status} with something that is not sound JSON.";
        }
    }

    /// <summary>How many people a list has, or null when it does not say.</summary>
    public static int? Count(JsonElement list) => list.ValueKind switch
    {
        JsonValueKind.Array when list.GetArrayLength() is > 0 and var people => people,
        JsonValueKind.Object when list.TryGetProperty("count", out var count)
            && count.ValueKind is JsonValueKind.Number
            && count.TryGetInt32(out var people)
            && people is > 0 and < int.MaxValue => people,
        _ => null,
    };

    private static bool IsPerson(JsonElement answer) =>
        answer.ValueKind is JsonValueKind.Object
        && answer.TryGetProperty("name", out var name)
        && name.ValueKind is JsonValueKind.String;
}
