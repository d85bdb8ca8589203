using Emulators.Json;

namespace Emulators.SyncGateway.Wire;

/// <summary>URLs of a whole database.</summary>
internal static class DatabaseResource
{
    public static Task Describe(Exchange exchange)
    {
        var sequence = exchange.Database.Documents.Sequences.Last;
        return exchange.Reply(200, new Utf8Buffer()
            .Append("{\"db_name\":"u8).Text(exchange.Database.Name)
            .Append(",\"update_seq\":"u8).Append(sequence)
            .Append(",\"committed_update_seq\":"u8).Append(sequence)
            .Append(",\"instance_start_time\":"u8).Append(StartTime(exchange))
            .Append(""","compact_running":false,"purge_seq":0,"disk_format_version":0,"state":"Online"}"""u8).Memory);
    }

    public static Task Commit(Exchange exchange) => exchange.Reply(201, new Utf8Buffer()
        .Append("{\"instance_start_time\":"u8).Append(StartTime(exchange)).Append(",\"ok\":true}"u8).Memory);

    private static long StartTime(Exchange exchange) => exchange.Database.Started.ToUnixTimeMilliseconds() * 1000;
}
