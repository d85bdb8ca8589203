using System.Diagnostics;

namespace OfflineActions.SyncGateway;

/// <summary>What a reply means for the one who asked.</summary>
internal static class Outcomes
{
    public static ReadOutcome OfRead(Reply reply, string keyspace, string id, string visitor) => reply switch
    {
        Reply.Unavailable { TooLong: true } trouble => new ReadOutcome.Unreadable(trouble.Reason),
        Reply.Unavailable trouble => new ReadOutcome.Unavailable(trouble.Reason, trouble.RetryAfter),
        Reply.Misconfigured trouble => new ReadOutcome.Misconfigured(trouble.Reason),
        Reply.Answer { Status: 200 } answer => OfDocument(answer, keyspace, id, visitor),
        Reply.Answer { Status: 404, ServerReason: "missing" } => new ReadOutcome.Missing(),
        Reply.Answer { Status: 404, ServerReason: "deleted" } => new ReadOutcome.Deleted(),
        Reply.Answer { Status: 404 } answer => new ReadOutcome.Misconfigured(NoKeyspace(keyspace, answer)),
        Reply.Answer { Status: 403 } answer => new ReadOutcome.Misconfigured(
            $"Sync Gateway does not let {visitor} read this document of keyspace {keyspace} (403, {answer.Reason}): give that user its channel"),
        Reply.Answer { Status: >= 400 } answer => new ReadOutcome.Misconfigured(
            $"Sync Gateway does not accept our way to read a document of keyspace {keyspace} ({answer.Status}, {answer.Reason})"),
        Reply.Answer answer => new ReadOutcome.Unavailable($"A read was answered with {answer.Status}, which is no document", null),
        _ => throw new UnreachableException(),
    };

    public static WriteOutcome OfWrite(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable trouble => new WriteOutcome.Unavailable(trouble.Reason, trouble.RetryAfter),
        Reply.Misconfigured trouble => new WriteOutcome.Misconfigured(trouble.Reason),
        Reply.Answer { Status: 200 or 201 } answer when answer.Json?.Text("rev") is { Length: > 0 } revision =>
            new WriteOutcome.Written(revision),
        Reply.Answer { Status: 409 } answer => new WriteOutcome.Conflict(answer.Reason),
        Reply.Answer { Status: 404 } answer when !IsAboutDocument(answer) => new WriteOutcome.Misconfigured(NoKeyspace(keyspace, answer)),
        Reply.Answer { Status: >= 400 } answer => new WriteOutcome.Refused(answer.Status, answer.Reason),
        Reply.Answer answer => new WriteOutcome.Unavailable($"A write was answered with {answer.Status} and no revision", null),
        _ => throw new UnreachableException(),
    };

    private static ReadOutcome OfDocument(Reply.Answer answer, string keyspace, string id, string visitor)
    {
        if (answer.IsTooDeep)
        {
            return new ReadOutcome.Unreadable("The document is nested deeper than 512 levels");
        }

        if (answer.Json is not { } json || json.Text("_id") != id || json.Text("_rev") is not { Length: > 0 } revision)
        {
            return new ReadOutcome.Unavailable("A read was answered with something else than the document", null);
        }

        if (json.Flag("_removed"))
        {
            return new ReadOutcome.Misconfigured(
                $"The document left every channel that {visitor} can read in keyspace {keyspace}: give that user its channel");
        }

        return json.Flag("_deleted")
            ? new ReadOutcome.Deleted()
            : new ReadOutcome.Found(new Document(id, revision, DocumentJson.Body(json)));
    }

    /// <summary>Whether a 404 is about the document's revisions or attachments. Any other is about the database, the keyspace or the address.</summary>
    private static bool IsAboutDocument(Reply.Answer answer) => answer.ServerReason is { } reason
        && (reason is "deleted"
            || reason.StartsWith("missing", StringComparison.Ordinal)
            || reason.StartsWith("Document revision", StringComparison.Ordinal));

    public static string NoKeyspace(string keyspace, Reply.Answer answer) =>
        $"There is no keyspace {keyspace} at SyncGateway:Url (404, {answer.Reason})";
}
