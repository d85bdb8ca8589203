using System.Globalization;
using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Rest;

/// <summary>
/// <c>_compact</c>: would purge old tombstones. Without Couchbase Server there is nothing to purge, so it changes nothing.
/// </summary>
internal static class CompactionResource
{
    public static Task GetAsync(RequestContext context)
    {
        CheckType(context);
        return ReplyAsync(context, "completed");
    }

    public static Task StartAsync(RequestContext context)
    {
        var action = context.Query("action") ?? "start";
        if (action is not ("start" or "stop"))
        {
            throw new HttpError(400, "Unknown parameter for 'action'. Must be start or stop");
        }

        CheckType(context);
        if (action == "stop")
        {
            throw new HttpError(400, "Database compact is not running");
        }

        // It has ended when the next request asks.
        context.Database.Compact();
        return ReplyAsync(context, "running");
    }

    private static void CheckType(RequestContext context)
    {
        var type = context.Query("type") ?? "tombstone";
        if (type == "attachment")
        {
            throw new HttpError(501, "an emulated Sync Gateway compacts no attachments");
        }

        if (type != "tombstone")
        {
            throw new HttpError(400, "Unknown parameter for 'type'. Must be 'tombstone' or 'attachment'");
        }
    }

    private static Task ReplyAsync(RequestContext context, string status) => context.ReplyAsync(200, new Utf8Buffer()
        .Append("{\"status\":"u8).Text(status)
        .Append(",\"start_time\":"u8).Text(context.Database.Compacted.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture))
        .Append(",\"last_error\":\"\",\"docs_purged\":0}"u8).Memory);
}
