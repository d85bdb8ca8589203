using System.Diagnostics;

namespace OfflineActions.SyncGateway;

/// <summary>What a reply about a <c>_local</c> document means.</summary>
internal static class LocalOutcomes
{
    public static LocalReadOutcome OfRead(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable trouble => new LocalReadOutcome.Unavailable(trouble.Reason, trouble.RetryAfter),
        Reply.Misconfigured trouble => new LocalReadOutcome.Misconfigured(trouble.Reason),
        Reply.Answer { Status: 200, Json: { } json } when json.Text("_rev") is { Length: > 0 } revision =>
            new LocalReadOutcome.Found(revision, DocumentJson.Body(json)),
        Reply.Answer { Status: 404, ServerReason: "missing" } => new LocalReadOutcome.Missing(),
        Reply.Answer { Status: 404 } answer => new LocalReadOutcome.Misconfigured(Outcomes.NoKeyspace(keyspace, answer)),
        Reply.Answer { Status: >= 400 } answer => new LocalReadOutcome.Misconfigured(Refused(keyspace, answer)),
        Reply.Answer answer => new LocalReadOutcome.Unavailable($"A read was answered with {answer.Status}, which is no local document", null),
        _ => throw new UnreachableException(),
    };

    public static LocalWriteOutcome OfWrite(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable trouble => new LocalWriteOutcome.Unavailable(trouble.Reason, trouble.RetryAfter),
        Reply.Misconfigured trouble => new LocalWriteOutcome.Misconfigured(trouble.Reason),
        Reply.Answer { Status: 200 or 201 } answer when answer.Json?.Text("rev") is { Length: > 0 } revision =>
            new LocalWriteOutcome.Written(revision),
        Reply.Answer { Status: 409 } answer => new LocalWriteOutcome.Conflict(answer.Reason),
        // The document is gone, and with it the revision.
        Reply.Answer { Status: 404, ServerReason: { } reason } when reason.StartsWith("No previous revision", StringComparison.Ordinal) =>
            new LocalWriteOutcome.Conflict(reason),
        Reply.Answer { Status: 404 } answer => new LocalWriteOutcome.Misconfigured(Outcomes.NoKeyspace(keyspace, answer)),
        Reply.Answer { Status: >= 400 } answer => new LocalWriteOutcome.Misconfigured(Refused(keyspace, answer)),
        Reply.Answer answer => new LocalWriteOutcome.Unavailable($"A write was answered with {answer.Status} and no revision", null),
        _ => throw new UnreachableException(),
    };

    private static string Refused(string keyspace, Reply.Answer answer) =>
        $"Sync Gateway does not let us use a local document of keyspace {keyspace} ({answer.Status}, {answer.Reason})";
}
