using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OfflineActions.SyncGateway;

/// <summary>How asking for the Sync Gateway process behind a database ended.</summary>
public abstract record InstanceOutcome
{
    private InstanceOutcome()
    {
    }

    /// <summary>A process answered.</summary>
    /// <param name="StartTime">
    /// When it opened the database, as it says itself (<c>instance_start_time</c>, microseconds). Another number is another process, or the
    /// same one after a restart.
    /// </param>
    public sealed record Found(long StartTime) : InstanceOutcome;

    /// <summary>Sync Gateway cannot be asked now.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record Unavailable(Unavailability Cause) : InstanceOutcome;

    internal static InstanceOutcome From(Reply reply, string keyspace) => reply switch
    {
        Reply.Unavailable { Cause: var cause } => new Unavailable(cause),
        Reply.Answer { Status: 200, Json: { } json } when json["instance_start_time"] is JsonValue time
            && time.TryGetValue<long>(out var microseconds) => new Found(microseconds),
        Reply.Answer { Status: 404 } answer => new Unavailable(new Unavailability(answer.NoKeyspace(keyspace))),
        Reply.Answer answer => new Unavailable(new Unavailability(
            $"Sync Gateway answered the request for the database of keyspace {keyspace} with status {answer.Status} and no start time")),
        _ => throw new UnreachableException(),
    };
}
