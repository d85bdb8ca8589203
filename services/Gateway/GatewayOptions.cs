using System.ComponentModel.DataAnnotations;

namespace Gateway;

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

    /// <summary><see cref="Keyspaces"/>, or what stands in for them.</summary>
    internal IReadOnlyList<string> Accepted => Keyspaces is { Length: > 0 } ? Keyspaces : ["db"];
}
