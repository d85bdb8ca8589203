using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Worker.Processing;

/// <summary>
/// The property <c>progress</c> of a document whose request is delayed: <c>attempts</c>, <c>code</c>, <c>message</c>, <c>nextAttemptAt</c>.
/// It is only for the app, which can show it offline.
/// </summary>
internal static class ProgressNote
{
    /// <summary>The property.</summary>
    public const string Name = "progress";

    private const string Attempts = "attempts";
    private const string NextAttemptAt = "nextAttemptAt";

    /// <summary>
    /// <paramref name="document"/> with the note; null when the app uses the property for something else, or the document tells of as many
    /// attempts already. So a request has no more notes than attempts, even if each note were published as a request of its own.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="attempts">The number of attempts so far.</param>
    /// <param name="failure">Why the last one failed.</param>
    /// <param name="next">When the next one is.</param>
    public static Document? Write(Document document, int attempts, ActionResult.TransientFailure failure, DateTimeOffset next) =>
        document.Body.IsNullOrMissing(Name) || (IsNote(document.Body) && !(CountAttempts(document.Body) >= attempts))
            ? document with
            {
                Body = document.Body.With(Name, new JsonObject
                {
                    [Attempts] = attempts,
                    ["code"] = failure.Code,
                    ["message"] = failure.Message,
                    [NextAttemptAt] = DocumentTransitions.Format(next),
                }),
            }
            : null;

    /// <summary>A document's properties without the note. A property of the app that happens to have this name stays.</summary>
    public static RawObject Remove(RawObject body) => IsNote(body) ? body.Without(Name) : body;

    /// <returns>Null when there is no number that a worker writes.</returns>
    private static int? CountAttempts(RawObject body) =>
        body[Name]![Attempts] is JsonValue value && value.TryGetValue<int>(out var attempts) ? attempts : null;

    private static bool IsNote(RawObject body) => body.Contains(Name) && body[Name] is JsonObject note && note.ContainsKey(NextAttemptAt);
}

/// <summary>Writes <see cref="ProgressNote"/> into documents. Nothing depends on it: when a note cannot be written, there is none.</summary>
internal sealed class ProgressWriter(SyncGatewayClient documents, ILogger<ProgressWriter> log)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Notes a failed attempt if the next one is late enough. After a conflict the app has edited the document, and the note is left out.
    /// </summary>
    /// <param name="attempt">The attempt.</param>
    /// <param name="document">The document, as it was read last.</param>
    /// <param name="failure">How the attempt failed.</param>
    /// <param name="turn">Its slot.</param>
    public async Task WriteAsync(Attempt attempt, Document document, ActionResult.TransientFailure failure, Turn turn)
    {
        if (!turn.HasSlot
            || attempt.FindNoted(failure) is not { } next
            || ProgressNote.Write(document, attempt.Number, failure, next) is not { } noted)
        {
            return;
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(turn.Token);
        timeout.CancelAfter(Timeout);
        try
        {
            var write = await documents.WriteAsync(attempt.Message.Keyspace, noted, timeout.Token);
            if (write is not WriteOutcome.Written)
            {
                log.ProgressNotWritten(document.Id, document.Revision, write.ToString(), error: null);
            }
        }
        catch (Exception error)
        {
            log.ProgressNotWritten(document.Id, document.Revision, error.Message, error);
        }
    }
}
