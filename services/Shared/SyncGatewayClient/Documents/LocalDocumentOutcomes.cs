using System.Diagnostics;

namespace OfflineActions.SyncGateway;

/// <summary>How reading a <c>_local</c> document ended.</summary>
public abstract record LocalReadOutcome
{
    private LocalReadOutcome()
    {
    }

    /// <summary>The document was read.</summary>
    /// <param name="Revision">The revision that the next write must name, <c>0-N</c>.</param>
    /// <param name="Body">What was stored. Any user of the keyspace may have written it.</param>
    public sealed record Found(string Revision, RawObject Body) : LocalReadOutcome;

    /// <summary>There is no document of that name: never written, deleted, or the database is a new one.</summary>
    public sealed record Missing : LocalReadOutcome;

    /// <summary>The document cannot be read now.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record Unavailable(Unavailability Cause) : LocalReadOutcome;

    internal static LocalReadOutcome From(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable { Cause: var cause } => new Unavailable(cause),
        Reply.Answer { Status: 200, Json: { } json } when json.Text("_rev") is { Length: > 0 } revision =>
            new Found(revision, json.Without(DocumentJson.Reserved)),
        Reply.Answer { Status: 404, ServerReason: "missing" } => new Missing(),
        Reply.Answer { Status: 404 } answer => Because(answer.NoKeyspace(keyspace)),
        Reply.Answer { Status: >= 400 } answer => Because(answer.NoLocalDocument(keyspace)),
        Reply.Answer answer => Because($"Sync Gateway answered a read with status {answer.Status} and no local document"),
        _ => throw new UnreachableException(),
    };

    private static Unavailable Because(string reason) => new(new Unavailability(reason));
}

/// <summary>How writing a <c>_local</c> document ended.</summary>
public abstract record LocalWriteOutcome
{
    private LocalWriteOutcome()
    {
    }

    /// <summary>The document is stored.</summary>
    /// <param name="Revision">The revision that the next write must name.</param>
    public sealed record Written(string Revision) : LocalWriteOutcome;

    /// <summary>The revision to replace is not the current one, or the document is gone; nothing was written.</summary>
    public sealed record Conflict : LocalWriteOutcome;

    /// <summary>No usable answer. The write may have happened: read before deciding anything.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record Unavailable(Unavailability Cause) : LocalWriteOutcome;

    internal static LocalWriteOutcome From(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable { Cause: var cause } => new Unavailable(cause),
        Reply.Answer { Status: 200 or 201 } answer when answer.Json?.Text("rev") is { Length: > 0 } revision => new Written(revision),
        Reply.Answer { Status: 409 } => new Conflict(),
        // The document is gone, and with it the revision.
        Reply.Answer { Status: 404, ServerReason: { } reason } when reason.StartsWith("No previous revision", StringComparison.Ordinal) =>
            new Conflict(),
        Reply.Answer { Status: 404 } answer => Because(answer.NoKeyspace(keyspace)),
        Reply.Answer { Status: >= 400 } answer => Because(answer.NoLocalDocument(keyspace)),
        Reply.Answer answer => Because($"Sync Gateway answered a write with status {answer.Status} and no revision"),
        _ => throw new UnreachableException(),
    };

    private static Unavailable Because(string reason) => new(new Unavailability(reason));
}
