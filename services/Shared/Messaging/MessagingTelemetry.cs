using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OfflineActions.Messaging.Pausing;

namespace OfflineActions.Messaging;

/// <summary>
/// The metrics of messages, in the meter <c>OfflineActions.Messaging</c>. Those that begin with <c>messaging.</c> follow OpenTelemetry's
/// semantic conventions.
/// </summary>
public sealed class MessagingTelemetry
{
    /// <summary>As the conventions advise for durations.</summary>
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    private readonly KeyValuePair<string, object?> system;
    private readonly Counter<long> sent;
    private readonly Histogram<double> sendDuration;
    private readonly Counter<long> consumed;
    private readonly Histogram<double> processDuration;
    private readonly Counter<long> deadLettered;

    /// <summary>Creates the instruments.</summary>
    public MessagingTelemetry(IMeterFactory meters, IOptions<BusOptions> options, ActionPauses pauses)
    {
        ArgumentNullException.ThrowIfNull(meters);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pauses);
        system = new("messaging.system", options.Value.Transport is BusTransport.InMemory ? "in_memory" : "rabbitmq");
        var meter = meters.Create("OfflineActions.Messaging");
        sent = meter.CreateCounter<long>(
            "messaging.client.sent.messages",
            "{message}",
            "Messages that this process tried to send, with error.type if the broker did not confirm them.");
        sendDuration = meter.CreateHistogram(
            "messaging.client.operation.duration", "s", "From sending a message to the broker's confirm.", tags: null, Buckets);
        consumed = meter.CreateCounter<long>(
            "messaging.client.consumed.messages", "{message}", "Messages that the broker delivered to this process.");
        processDuration = meter.CreateHistogram(
            "messaging.process.duration", "s", "How long a message was processed, until it could be acknowledged.", tags: null, Buckets);
        deadLettered = meter.CreateCounter<long>(
            "offline_actions.messages.dead_lettered", "{message}", "Messages that were moved to an error or skipped queue.");
        meter.CreateObservableGauge(
            "offline_actions.paused",
            () => pauses.States.Select(state => new Measurement<long>(
                state.Pause is null ? 0 : 1, new KeyValuePair<string, object?>("action", state.Contract.States.Request))),
            "{worker}",
            "1 while this worker takes no messages of the action, because it is paused.");
    }

    /// <summary>Whether anybody listens to what <see cref="MeasureAsync"/> measures.</summary>
    internal bool IsProcessingMeasured => consumed.Enabled || processDuration.Enabled;

    /// <summary>An attempt to send a message has ended.</summary>
    /// <param name="operation">publish, or send for a message that goes to a delay queue.</param>
    /// <param name="destination">The exchange.</param>
    /// <param name="started">When it began, as <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="error">Why it failed, one of a few words; null when the broker has confirmed the message.</param>
    internal void Sent(string operation, string destination, long started, string? error)
    {
        if (!sent.Enabled && !sendDuration.Enabled)
        {
            return;
        }

        var tags = CreateTags(operation, "send", destination, error);
        sent.Add(1, tags);
        sendDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }

    /// <summary>Measures how long a delivery is processed.</summary>
    /// <param name="queue">Where it comes from.</param>
    /// <param name="started">When it began, as <see cref="Stopwatch.GetTimestamp"/>.</param>
    /// <param name="processing">Completes when it has ended.</param>
    internal async Task MeasureAsync(string queue, long started, Task processing)
    {
        consumed.Add(1, CreateTags("consume", "receive", queue, error: null));
        string? error = null;
        try
        {
            await processing;
        }
        catch (Exception thrown)
        {
            error = thrown.GetType().FullName;
            throw;
        }
        finally
        {
            processDuration.Record(
                Stopwatch.GetElapsedTime(started).TotalSeconds, CreateTags("process", "process", queue, error));
        }
    }

    /// <summary>A message is in an error or skipped queue.</summary>
    internal void DeadLettered(string queue) => Count(queue, 1);

    /// <summary>These queues have had no message yet. So an alert sees the first one as an increase.</summary>
    internal void Announce(params IEnumerable<string> queues)
    {
        foreach (var queue in queues)
        {
            Count(queue, 0);
        }
    }

    private void Count(string queue, int messages) => deadLettered.Add(messages, new KeyValuePair<string, object?>("queue", queue));

    private TagList CreateTags(string operation, string type, string destination, string? error)
    {
        var tags = new TagList
        {
            system,
            { "messaging.operation.name", operation },
            { "messaging.operation.type", type },
            { "messaging.destination.name", destination },
        };
        if (error is not null)
        {
            tags.Add("error.type", error);
        }

        return tags;
    }
}
