namespace OfflineActions.Gateway.Schedules;

/// <summary>One schedule: the section <c>Schedules:(name)</c> of the configuration.</summary>
public sealed class ScheduleOptions
{
    /// <summary>The name of the section that has a section for each schedule.</summary>
    public const string Section = "Schedules";

    /// <summary>When: five cron fields, or six with seconds first.</summary>
    public string Cron { get; init; } = "";

    /// <summary>The time zone in which the fields are read, by its IANA name, for example <c>Europe/Berlin</c>.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>
    /// Where the documents are written: one of <c>Gateway:Keyspaces</c>. Not set: the only one of them.
    /// </summary>
    public string? Keyspace { get; init; }

    /// <summary>The document to write, as a JSON text. It requests a known action.</summary>
    public string Document { get; init; } = "";

    /// <summary>Which due times are made up for when no gateway could write them in time.</summary>
    public MissedDueTimes Missed { get; init; } = MissedDueTimes.Newest;

    /// <summary>How late a document may be written before its due time counts as missed.</summary>
    public TimeSpan MissedAfter { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>What happens with due times at which no gateway was able to write a document.</summary>
public enum MissedDueTimes
{
    /// <summary>The newest one is made up for, unless a later one is due by then.</summary>
    Newest,

    /// <summary>All are made up for, at most the newest 1,000.</summary>
    All,

    /// <summary>None is made up for.</summary>
    None,
}
