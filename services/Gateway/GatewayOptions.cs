using System.ComponentModel.DataAnnotations;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway;

/// <summary>The <c>Gateway</c> section of the configuration.</summary>
public sealed class GatewayOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gateway";

    /// <summary>The user in the URL of Sync Gateway's webhook.</summary>
    [RegularExpression(
        "[^:]+",
        ErrorMessage = "Gateway:WebhookUser must not be empty or contain a colon: in Basic credentials the name ends at the first colon.")]
    public string WebhookUser { get; init; } = "sync-gateway";

    /// <summary>That user's password. A client that knows it can publish messages.</summary>
    [MinLength(16, ErrorMessage = "Gateway:WebhookPassword must have at least 16 characters. Set it (in the environment: "
        + "Gateway__WebhookPassword) to the password in the URL of Sync Gateway's webhook, http://user:password@host/….")]
    public string WebhookPassword { get; init; } = "";

    /// <summary>
    /// The keyspaces whose webhooks are accepted, each <c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>; <c>db</c> when none
    /// is set. The URL of a webhook names the keyspace, because its body does not.
    /// </summary>
    public string[]? Keyspaces { get; init; }

    /// <summary>
    /// How many webhooks with a wrong user or password a source may send in a minute. After that it is answered 429 for the rest of the
    /// minute, unless it has sent the right ones before.
    /// </summary>
    [Range(1, 10_000, ErrorMessage = "Gateway:FailedWebhooksPerMinute must be from 1 to 10000.")]
    public int FailedWebhooksPerMinute { get; init; } = 20;

    /// <summary>How many webhooks a source with the right password may send in a second. Others are answered 429, and catch-up publishes.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Gateway:WebhooksPerSecond must be from 1 to 1000000.")]
    public int WebhooksPerSecond { get; init; } = 20_000;

    /// <summary>How many connections the gateway keeps open. Others are closed at once. Each node of Sync Gateway has up to 500.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Gateway:MaxConnections must be from 1 to 1000000.")]
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>
    /// How many of them one source may hold. Others of it are closed at once. The addresses in <see cref="KnownProxies"/> have no such limit.
    /// </summary>
    [Range(1, 1_000_000, ErrorMessage = "Gateway:ConnectionsPerSource must be from 1 to 1000000.")]
    public int ConnectionsPerSource { get; init; } = 2_000;

    /// <summary>
    /// The addresses or networks of reverse proxies, for example <c>10.0.0.5</c> or <c>10.0.0.0/24</c>, whose <c>X-Forwarded-For</c> says
    /// who sends a webhook. Not set: the source of a webhook is the address of its connection.
    /// </summary>
    public string[]? KnownProxies { get; init; }

    /// <summary>The largest accepted body of a webhook, in bytes.</summary>
    [Range(1_024, 24 * 1_024 * 1_024, ErrorMessage = "Gateway:MaxBodyBytes must be from 1024 to 25165824.")]
    public int MaxBodyBytes { get; init; } = 1_024 * 1_024;

    /// <summary>How long the broker may take to confirm a message before the webhook is answered 503.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:30", ErrorMessage = "Gateway:PublishTimeout must be from 00:00:00.050 to 00:00:30.")]
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many messages may wait for the broker's confirm at once. Beyond that, a webhook is answered 503 immediately.</summary>
    [Range(1, 100_000, ErrorMessage = "Gateway:MaxInFlight must be from 1 to 100000.")]
    public int MaxInFlight { get; init; } = 2_000;

    /// <summary>
    /// The only channel that catch-up reads, for a sync function that puts every request in one channel. Catch-up then reads the requests
    /// instead of every document. Not set: all changes.
    /// </summary>
    [RegularExpression("[^,*]+", ErrorMessage = "Gateway:Channel must be the name of one channel, or not be set.")]
    public string? Channel { get; init; }

    /// <summary>How long catch-up waits for the webhook to publish a request before it publishes the request itself.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "Gateway:CatchUpGrace must be from 00:00:00 to 01:00:00.")]
    public TimeSpan CatchUpGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// After what time a request that is still open is published again. Must exceed the longest of Bus:Delays, or delayed messages are
    /// duplicated.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "Gateway:RepublishAfter must be from 00:00:01 to 7.00:00:00.")]
    public TimeSpan RepublishAfter { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How many open requests per keyspace are kept in memory, about 250 bytes each.</summary>
    [Range(1, 10_000_000, ErrorMessage = "Gateway:MaxOpenRequests must be from 1 to 10000000.")]
    public int MaxOpenRequests { get; init; } = 100_000;

    /// <summary>How many messages catch-up publishes at once.</summary>
    [Range(1, 10_000, ErrorMessage = "Gateway:CatchUpInFlight must be from 1 to 10000.")]
    public int CatchUpInFlight { get; init; } = 64;

    /// <summary>How often a moving checkpoint of catch-up is written.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00", ErrorMessage = "Gateway:CheckpointEvery must be from 00:00:00.100 to 00:10:00.")]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary><see cref="Keyspaces"/>, or the default.</summary>
    internal IReadOnlyList<string> Accepted => Keyspaces is { Length: > 0 } ? Keyspaces : ["db"];

    /// <summary>
    /// Whether a webhook for <paramref name="keyspace"/> may be about a document of another keyspace: Sync Gateway has one list of webhooks
    /// per database, and a webhook does not name the collection that changed.
    /// </summary>
    internal bool SharesDatabase(string keyspace) =>
        Accepted.Distinct().Count(other => Keyspace.GetDatabase(other) == Keyspace.GetDatabase(keyspace)) > 1;
}
