using System.ComponentModel.DataAnnotations;

namespace OfflineActions.Gateway;

/// <summary>The <c>Gateway</c> section of the configuration.</summary>
public sealed class GatewayOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gateway";

    /// <summary>The user Sync Gateway names in its webhook's URL.</summary>
    [RegularExpression("[^:]+", ErrorMessage = "Gateway:WebhookUser must not be empty nor contain a colon; Basic credentials end the name at it.")]
    public string WebhookUser { get; init; } = "sync-gateway";

    /// <summary>That user's password; whoever knows it can ask for work.</summary>
    [MinLength(16, ErrorMessage = "Gateway:WebhookPassword must have at least 16 characters. Set it (in the environment: "
        + "Gateway__WebhookPassword) to the password in the URL of Sync Gateway's webhook, http://user:password@host/….")]
    public string WebhookPassword { get; init; } = "";

    /// <summary>
    /// The keyspaces whose webhooks are accepted, each <c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>; <c>db</c> when none
    /// is set. A webhook names none itself, so its URL does.
    /// </summary>
    public string[]? Keyspaces { get; init; }

    /// <summary>The largest webhook read, in bytes.</summary>
    [Range(1_024, 24 * 1_024 * 1_024, ErrorMessage = "Gateway:MaxBodyBytes must be from 1024 to 25165824.")]
    public int MaxBodyBytes { get; init; } = 1_024 * 1_024;

    /// <summary>How long the broker may take to confirm a message before the webhook is answered 503.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:30", ErrorMessage = "Gateway:PublishTimeout must be from 00:00:00.050 to 00:00:30.")]
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many messages may wait for the broker's confirm at once; beyond that a webhook is answered 503 without waiting.</summary>
    [Range(1, 100_000, ErrorMessage = "Gateway:MaxInFlight must be from 1 to 100000.")]
    public int MaxInFlight { get; init; } = 2_000;

    /// <summary>
    /// The only channel whose changes catch-up reads, when the sync function puts every request in one; unset, it reads all changes.
    /// A scan then costs the requests, not the database.
    /// </summary>
    [RegularExpression("[^,*]+", ErrorMessage = "Gateway:Channel must be the name of one channel, or not be set.")]
    public string? Channel { get; init; }

    /// <summary>How long catch-up leaves a request to the webhook before it publishes it itself.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "Gateway:CatchUpGrace must be from 00:00:00 to 01:00:00.")]
    public TimeSpan CatchUpGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>When a request that is still open is published again. More than the longest of Bus:Delays, or waiting requests are doubled.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "Gateway:RepublishAfter must be from 00:00:01 to 7.00:00:00.")]
    public TimeSpan RepublishAfter { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How many open requests of a keyspace are kept in memory, about 500 bytes each.</summary>
    [Range(1, 10_000_000, ErrorMessage = "Gateway:MaxOpenRequests must be from 1 to 10000000.")]
    public int MaxOpenRequests { get; init; } = 100_000;

    /// <summary>How many messages catch-up has in flight at once.</summary>
    [Range(1, 10_000, ErrorMessage = "Gateway:CatchUpInFlight must be from 1 to 10000.")]
    public int CatchUpInFlight { get; init; } = 64;

    /// <summary>How often the checkpoint of catch-up is written while it moves.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00", ErrorMessage = "Gateway:CheckpointEvery must be from 00:00:00.100 to 00:10:00.")]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Of several gateways one follows a keyspace; after this long without a sign of life another one does.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Gateway:LeaseFor must be from 00:00:01 to 00:10:00.")]
    public TimeSpan LeaseFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary><see cref="Keyspaces"/>, or what stands in for them.</summary>
    internal IReadOnlyList<string> Accepted => Keyspaces is { Length: > 0 } ? Keyspaces : ["db"];

    /// <summary>
    /// Whether a webhook for <paramref name="keyspace"/> may be about a document of another one: Sync Gateway has one list of webhooks for
    /// a database, and they do not say which of its collections changed.
    /// </summary>
    internal bool SharesDatabase(string keyspace) => Accepted.Distinct().Count(other => Database(other) == Database(keyspace)) > 1;

    private static string Database(string keyspace) => keyspace.Split('.', 2)[0];
}
