using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.Schedules;

/// <summary>
/// Remembers up to what time a schedule is settled, in a <c>_local</c> document. It tells a new schedule, which has missed nothing, from one
/// that could not run for a while. A schedule with another cron expression or time zone is a new one.
/// </summary>
/// <remarks>
/// It decides only what may have been missed: whether a due time has a document, only that document decides. Any user of the keyspace may
/// delete it, and then nothing was missed; it is signed, so that none can make up one. Gateways overwrite each other's, which does no harm.
/// </remarks>
internal sealed class ScheduleMarker(SyncGatewayClient documents, Schedule schedule, LocalDocumentSigner signer)
{
    private const string Prefix = "offline-actions-schedule-";

    private readonly string name = GetName(schedule);

    /// <summary>The name of a schedule's marker, after <c>_local/</c>.</summary>
    public static string GetName(Schedule schedule) =>
        Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{schedule.Name}\n{schedule.Cron}")));

    /// <summary>The time up to which the schedule is settled.</summary>
    /// <returns>That time; null for a new schedule. Or why it cannot be read now.</returns>
    public async Task<(DateTimeOffset? SettledUntil, Unavailability? Cause)> ReadAsync(CancellationToken cancellationToken) =>
        await documents.ReadLocalAsync(schedule.Keyspace, name, cancellationToken) switch
        {
            LocalReadOutcome.Found found => (Verify(found.Body), null),
            LocalReadOutcome.Unavailable unavailable => (null, unavailable.Cause),
            _ => (null, null),
        };

    /// <summary>
    /// Notes the time up to which the schedule is settled. When that fails, a later one will be noted, and until then a gateway that starts
    /// looks at more due times.
    /// </summary>
    /// <returns>Whether it was noted.</returns>
    public async Task<bool> WriteAsync(DateTimeOffset settledUntil, CancellationToken cancellationToken)
    {
        var revision = await documents.ReadLocalAsync(schedule.Keyspace, name, cancellationToken) is LocalReadOutcome.Found found
            ? found.Revision
            : null;
        var text = settledUntil.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var body = RawObject.Empty.With("schedule", schedule.Name).With("settledUntil", text).With("signature", Sign(text));
        return await documents.WriteLocalAsync(schedule.Keyspace, name, revision, body, cancellationToken) is LocalWriteOutcome.Written;
    }

    private DateTimeOffset? Verify(RawObject body) =>
        body.Text("settledUntil") is { } text
        && body.Text("signature") is { } signature
        && signer.IsSignature(signature, schedule.Keyspace, name, text)
            ? Rfc3339.Parse(text)
            : null;

    private string Sign(string text) => signer.Sign(schedule.Keyspace, name, text);
}
