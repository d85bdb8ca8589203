using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Wire;

/// <summary>URLs of a whole database.</summary>
internal static class DatabaseResource
{
    public static Task DescribeAsync(Exchange exchange)
    {
        var sequence = exchange.Database.Sequences.Last;
        return exchange.ReplyAsync(200, new Utf8Buffer()
            .Append("{\"db_name\":"u8).Text(exchange.Database.Name)
            .Append(",\"update_seq\":"u8).Append(sequence)
            .Append(",\"committed_update_seq\":"u8).Append(sequence)
            .Append(",\"instance_start_time\":"u8).Append(StartTime(exchange))
            .Append(""","compact_running":false,"purge_seq":0,"disk_format_version":0,"state":"""u8)
            .Text(exchange.Database.Offline ? "Offline" : "Online").Append((byte)'}').Memory);
    }

    /// <summary>What a replicator is told that would create its target.</summary>
    public static Task CreateAsUserAsync(Exchange exchange) => throw (exchange.Emulator.Find(exchange.Keyspace) is null
        ? new HttpError(403, "Creating a DB over the public API is unsupported")
        : new HttpError(412, "Database already exists"));

    public static Task CommitAsync(Exchange exchange) => exchange.ReplyAsync(201, new Utf8Buffer()
        .Append("{\"instance_start_time\":"u8).Append(StartTime(exchange)).Append(",\"ok\":true}"u8).Memory);

    private static long StartTime(Exchange exchange) => exchange.Database.Started.ToUnixTimeMilliseconds() * 1000;
}
