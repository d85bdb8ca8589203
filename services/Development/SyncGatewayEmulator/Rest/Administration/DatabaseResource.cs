using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>Requests to a database itself.</summary>
internal static class DatabaseResource
{
    public static Task DescribeAsync(RequestContext context)
    {
        // Sync Gateway does not look it up while the database is offline.
        var sequence = context.Database.Offline ? 0 : context.Database.Sequences.Last;
        return context.ReplyAsync(200, new Utf8Buffer()
            .Append("{\"db_name\":"u8).Text(context.Database.Name)
            .Append(",\"update_seq\":"u8).Append(sequence)
            .Append(",\"committed_update_seq\":"u8).Append(sequence)
            .Append(",\"instance_start_time\":"u8).Append(StartTime(context))
            .Append(""","compact_running":false,"purge_seq":0,"disk_format_version":0,"state":"""u8)
            .Text(context.Database.Offline ? "Offline" : "Online").Append((byte)'}').Memory);
    }

    /// <summary>Rejects a replicator that tries to create its target.</summary>
    public static Task CreateAsUserAsync(RequestContext context) => throw (context.Emulator.Find(context.Keyspace) is null
        ? new HttpError(403, "Creating a DB over the public API is unsupported")
        : new HttpError(412, "Database already exists"));

    public static Task CommitAsync(RequestContext context) => context.ReplyAsync(201, new Utf8Buffer()
        .Append("{\"instance_start_time\":"u8).Append(StartTime(context)).Append(",\"ok\":true}"u8).Memory);

    private static long StartTime(RequestContext context) => context.Database.Started.ToUnixTimeMilliseconds() * 1000;
}
