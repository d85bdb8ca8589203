using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.Schedules;

/// <summary>What to write, where and when. Pure: the same in every gateway with the same configuration.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Cron">Its cron expression and time zone, as they are configured.</param>
/// <param name="Times">The due times.</param>
/// <param name="Keyspace">Where the documents are written.</param>
/// <param name="Body">What is the same in each document.</param>
/// <param name="Missed">Which missed due times are made up for.</param>
/// <param name="MissedAfter">How late a due time is missed.</param>
internal sealed record Schedule(
    string Name, string Cron, DueTimes Times, string Keyspace, RawObject Body, MissedDueTimes Missed, TimeSpan MissedAfter)
{
    /// <summary>How many due times are made up for at most.</summary>
    public const int MaxMissed = 1_000;

    private const int DigestBytes = 16;

    /// <summary>The due times whose documents must exist now, in ascending order.</summary>
    /// <param name="after">The due times up to this time are settled.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<DateTimeOffset> FindDue(DateTimeOffset after, DateTimeOffset now)
    {
        var missedBefore = now - MissedAfter;
        if (Missed is MissedDueTimes.All)
        {
            return Times.Newest(after, now, MaxMissed);
        }

        var inTime = Times.Newest(after > missedBefore ? after : missedBefore, now, MaxMissed);
        return inTime is [] && Missed is MissedDueTimes.Newest ? Times.Newest(after, now, 1) : inTime;
    }

    /// <summary>The id of the document of a due time. It alone decides whether there is one.</summary>
    public string GetId(DateTimeOffset due) =>
        string.Create(CultureInfo.InvariantCulture, $"schedule:{Name}:{due.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");

    /// <summary>The document of a due time.</summary>
    /// <remarks>
    /// Its first revision depends on its id only. So gateways with different configurations, as there are while a new one is rolled out,
    /// write the same revision, and the first one wins, also where Sync Gateway allows conflicts.
    /// </remarks>
    public Document CreateDocument(DateTimeOffset due)
    {
        var id = GetId(due);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(..DigestBytes);
        return new Document(
            id,
            "1-" + Convert.ToHexStringLower(digest),
            Body.With("requestedAt", due.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
    }
}
