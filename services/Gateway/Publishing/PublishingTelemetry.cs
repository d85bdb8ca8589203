using System.Diagnostics;
using System.Diagnostics.Metrics;
using OfflineActions.Contracts;

namespace OfflineActions.Gateway.Publishing;

/// <summary>The spans and metrics of publishing, as source and meter <c>OfflineActions.Gateway</c>.</summary>
internal sealed class PublishingTelemetry
{
    private static readonly ActivitySource Source = new("OfflineActions.Gateway");

    private readonly Counter<long> published;
    private readonly Counter<long> refused;
    private readonly Counter<long> unrouted;

    public PublishingTelemetry(IMeterFactory meters, ActionCatalog catalog)
    {
        var meter = meters.Create("OfflineActions.Gateway");
        published = meter.CreateCounter<long>("offline_actions.requests.published", "{request}", "Requests that the broker confirmed.");
        refused = meter.CreateCounter<long>(
            "offline_actions.requests.refused", "{request}", "Requests that the broker did not confirm in time.");
        unrouted = meter.CreateCounter<long>(
            "offline_actions.requests.unrouted", "{request}", "Requests for an action that is not in the catalog.");

        // From zero, so that an alert sees the first one as an increase.
        unrouted.Add(0);
        foreach (var action in catalog.Actions)
        {
            Announce(action.States.Request, RequestSource.Webhook);
            Announce(action.States.Request, RequestSource.CatchUp);
        }
    }

    /// <summary>Whether spans are recorded, for example by an exporter.</summary>
    public static bool IsTraced => Source.HasListeners();

    /// <summary>
    /// Starts the span of receiving and publishing one request, in the trace that the device began. The webhook cannot be in that trace,
    /// because Sync Gateway sends none along: the span links to it. Without a trace of the device, the span belongs to the webhook's.
    /// </summary>
    /// <returns>Null when no spans are recorded.</returns>
    public static Activity? Start(ActionContract action, ActionRequested message, RequestOrigin? origin)
    {
        if (!IsTraced)
        {
            return null;
        }

        var webhook = Activity.Current;
        var span = Source.StartActivity(
            "publish " + action.States.Request,
            ActivityKind.Producer,
            origin?.Trace?.ToActivityContext() ?? default,
            links: origin?.Trace is not null && webhook is not null ? [new ActivityLink(webhook.Context)] : null);
        span?.SetTag("offline_actions.keyspace", message.Keyspace)
            .SetTag("offline_actions.document_id", message.DocumentId)
            .SetTag("offline_actions.revision", message.Revision);
        if (origin?.WrittenAt is { } writtenAt)
        {
            // Negative when the clock of the device is ahead.
            span?.SetTag("offline_actions.offline_seconds", (message.RequestedAt - writtenAt).TotalSeconds);
        }

        return span;
    }

    public void Published(string request, RequestSource source) => published.Add(1, CreateTags(request, source));

    public void Refused(string request, RequestSource source, PublishRefusal reason, int count = 1)
    {
        var tags = CreateTags(request, source);
        tags.Add("reason", reason switch
        {
            PublishRefusal.Busy => "busy",
            PublishRefusal.Unconfirmed => "unconfirmed",
            _ => throw new ArgumentOutOfRangeException(nameof(reason)),
        });
        refused.Add(count, tags);
    }

    public void Unrouted() => unrouted.Add(1);

    private void Announce(string request, RequestSource source)
    {
        published.Add(0, CreateTags(request, source));
        Refused(request, source, PublishRefusal.Busy, count: 0);
        Refused(request, source, PublishRefusal.Unconfirmed, count: 0);
    }

    private static TagList CreateTags(string request, RequestSource source) => new()
    {
        { "action", request },
        { "source", source is RequestSource.Webhook ? "webhook" : "catch_up" },
    };
}

/// <summary>What found a request.</summary>
internal enum RequestSource
{
    /// <summary>Sync Gateway's webhook.</summary>
    Webhook,

    /// <summary>The changes feed.</summary>
    CatchUp,
}

/// <summary>Why a request was not published.</summary>
internal enum PublishRefusal
{
    /// <summary>Too many messages were waiting for a confirm already.</summary>
    Busy,

    /// <summary>The broker did not confirm the message.</summary>
    Unconfirmed,
}
