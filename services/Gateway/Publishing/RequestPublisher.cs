using System.Diagnostics;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Publishing;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Gateway.Publishing;

/// <summary>Publishes requests within a deadline, at most <see cref="GatewayOptions.MaxInFlight"/> at a time.</summary>
internal sealed class RequestPublisher(
    MessagePublisher publisher,
    PublishedByKeyspace published,
    IOptions<GatewayOptions> options,
    PublishingTelemetry telemetry,
    RepeatedEvents repeated,
    ILogger<RequestPublisher> log) : IDisposable
{
    private readonly SemaphoreSlim inFlight = new(options.Value.MaxInFlight);

    /// <summary>Publishes the message for one request, in the trace of that request.</summary>
    /// <param name="action">The action that it requests.</param>
    /// <param name="lane">Its lane.</param>
    /// <param name="message">The message.</param>
    /// <param name="origin">What the document says about the device; null when it says nothing.</param>
    /// <param name="source">What found the request.</param>
    /// <param name="cancellationToken">Gives up. The broker may have the message all the same.</param>
    /// <returns>
    /// Null when the broker confirmed the message; else the reason why not. In that case the broker may have the message or not.
    /// </returns>
    public async Task<string?> PublishAsync(
        ActionContract action,
        Lane lane,
        ActionRequested message,
        RequestOrigin? origin,
        RequestSource source,
        CancellationToken cancellationToken)
    {
        using var span = PublishingTelemetry.Start(action, message, origin);
        var trace = TraceContext.From(span) ?? origin?.Trace;
        using var scope = trace is null ? null : log.BeginScope(new RequestTrace(trace));
        var reason = await PublishAsync(action, lane, message, trace, source, cancellationToken);
        if (reason is not null)
        {
            span?.SetStatus(ActivityStatusCode.Error, reason);
        }

        return reason;
    }

    public void Dispose() => inFlight.Dispose();

    private async Task<string?> PublishAsync(
        ActionContract action,
        Lane lane,
        ActionRequested message,
        TraceContext? trace,
        RequestSource source,
        CancellationToken cancellationToken)
    {
        var request = action.States.Request;
        if (!inFlight.Wait(0, CancellationToken.None))
        {
            telemetry.Refused(request, source, PublishRefusal.Busy);
            return $"{options.Value.MaxInFlight} messages are already waiting for the broker's confirm.";
        }

        try
        {
            // Read before publishing: the queue may be lost after the broker confirmed the message.
            var memory = published.For(message.Keyspace);
            var epoch = memory.Epoch;
            if (await publisher.PublishAsync(action, lane, message, trace, options.Value.PublishTimeout, cancellationToken) is { } reason)
            {
                telemetry.Refused(request, source, PublishRefusal.Unconfirmed);
                if (repeated.ShouldLog(reason, out var suppressed))
                {
                    log.RequestNotPublished(request, message.DocumentId, message.Revision, reason, suppressed);
                }

                return reason;
            }

            memory.Add(message.DocumentId, message.Revision, published.Now, epoch);
            telemetry.Published(request, source);
            log.RequestPublished(request, message.DocumentId, message.Revision);
            return null;
        }
        finally
        {
            inFlight.Release();
        }
    }
}
