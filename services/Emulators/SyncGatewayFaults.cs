namespace Emulators;

/// <summary>What goes wrong in the emulated Sync Gateway, on its public and admin ports.</summary>
public sealed class SyncGatewayFaults() : NetworkFaults(errorStatus: 503)
{
    /// <summary>
    /// Which requests meet the latency, the hanging, the failures and <see cref="LoseAnswers"/>; null or none for all.
    /// </summary>
    public IReadOnlyList<RequestKind>? Kinds { get; set; }

    /// <summary>Requests are carried out, but their connections are cut instead of answered.</summary>
    public bool LoseAnswers { get; set; }

    /// <summary>Every request is answered 401.</summary>
    public bool Unauthorized { get; set; }

    /// <summary>Webhooks are not sent.</summary>
    public bool DropWebhooks { get; set; }

    /// <summary>How many times more than once each webhook is sent.</summary>
    public int ExtraWebhooks { get; set; }

    /// <summary>A writer gets its answer only after the receivers of its webhook have answered, or 5 seconds.</summary>
    public bool WebhookBeforeAnswer { get; set; }

    /// <summary>How long after a write the changes feed shows it.</summary>
    public TimeSpan FeedLag { get; set; }
}
