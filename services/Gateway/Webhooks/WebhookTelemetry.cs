using System.Diagnostics.Metrics;

namespace OfflineActions.Gateway.Webhooks;

/// <summary>The metrics of webhooks, in the meter <c>OfflineActions.Gateway</c>.</summary>
internal sealed class WebhookTelemetry
{
    private readonly Counter<long> received;

    public WebhookTelemetry(IMeterFactory meters)
    {
        received = meters.Create("OfflineActions.Gateway").CreateCounter<long>(
            "offline_actions.webhooks.received", "{webhook}", "Webhooks, by what became of them.");
        foreach (var outcome in Enum.GetValues<WebhookOutcome>())
        {
            Add(0, outcome);
        }
    }

    public void Record(WebhookOutcome outcome) => Add(1, outcome);

    private void Add(int count, WebhookOutcome outcome)
    {
        var (label, reason) = outcome switch
        {
            WebhookOutcome.Published => ("published", ""),
            WebhookOutcome.LeftToCatchUp => ("left_to_catch_up", ""),
            WebhookOutcome.Delayed => ("left_to_catch_up", "delayed"),
            WebhookOutcome.NoRequest => ("ignored", "no_request"),
            WebhookOutcome.UnknownAction => ("ignored", "unknown_action"),
            WebhookOutcome.WrongCredentials => ("refused", "credentials"),
            WebhookOutcome.TooManyFailures => ("refused", "too_many_failures"),
            WebhookOutcome.TooMany => ("refused", "too_many"),
            WebhookOutcome.UnknownKeyspace => ("refused", "keyspace"),
            WebhookOutcome.OtherContentType => ("refused", "content_type"),
            WebhookOutcome.TooLarge => ("refused", "too_large"),
            WebhookOutcome.Malformed => ("refused", "malformed"),
            WebhookOutcome.NotPublished => ("refused", "not_published"),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
        };
        received.Add(count, new("outcome", label), new("reason", reason));
    }
}

/// <summary>What became of a webhook.</summary>
internal enum WebhookOutcome
{
    /// <summary>The broker has its message.</summary>
    Published,

    /// <summary>It does not say which keyspace has changed: catch-up looks.</summary>
    LeftToCatchUp,

    /// <summary>A worker has noted in the document when it tries again. Catch-up looks at the request after that.</summary>
    Delayed,

    /// <summary>The document requests nothing.</summary>
    NoRequest,

    /// <summary>It requests an action that is not in the catalog.</summary>
    UnknownAction,

    /// <summary>Answered with 401.</summary>
    WrongCredentials,

    /// <summary>Answered with 429: its source has sent wrong credentials too often.</summary>
    TooManyFailures,

    /// <summary>Answered with 429: its source sends too many.</summary>
    TooMany,

    /// <summary>Answered with 404.</summary>
    UnknownKeyspace,

    /// <summary>Answered with 415.</summary>
    OtherContentType,

    /// <summary>Answered with 413.</summary>
    TooLarge,

    /// <summary>Answered with 400.</summary>
    Malformed,

    /// <summary>Answered with 503: the broker has not confirmed the message.</summary>
    NotPublished,
}
