using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace OfflineActions.Messaging.Leases;

/// <summary>The messages that the holder keeps unacknowledged. What neither a holder nor a candidate has published is acknowledged at once.</summary>
internal sealed class HeldMessages(IChannel channel, Func<string, bool> isReadable)
{
    /// <summary>The header that orders what holders have stored. What no holder has stored has none, or 0.</summary>
    public const string GenerationHeader = "offline-actions-generation";

    /// <summary>No lease gets there by itself: it would take a value each microsecond for a hundred thousand years.</summary>
    private const long MaxGeneration = long.MaxValue / 2;

    private readonly Lock gate = new();
    private readonly List<(ulong Tag, long Generation, string Value)> messages = [];
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long newest;
    private long acknowledgedBelow;

    public Task First => first.Task;

    public async Task ReceiveAsync(BasicDeliverEventArgs message)
    {
        // The client reuses the buffer that the body is in.
        var value = Encoding.UTF8.GetString(message.Body.Span);
        // Every candidate may publish an empty message, and only with generation 0.
        var isKept = TryGetGeneration(message.BasicProperties, out var generation)
            && (value.Length == 0 ? generation == 0 : isReadable(value));
        lock (gate)
        {
            isKept = isKept && generation >= acknowledgedBelow;
            if (isKept)
            {
                messages.Add((message.DeliveryTag, generation, value));
                newest = Math.Max(newest, generation);
            }
        }

        // Also one that is not kept shows that this process is the holder.
        first.TrySetResult();
        if (!isKept)
        {
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false);
        }
    }

    public string? NewestValue()
    {
        lock (gate)
        {
            return messages
                .Where(message => message is { Generation: > 0, Value.Length: > 0 })
                .OrderBy(message => message.Generation)
                .Select(message => message.Value)
                .LastOrDefault();
        }
    }

    public long NextGeneration()
    {
        lock (gate)
        {
            return ++newest;
        }
    }

    public HashSet<ulong> Tags()
    {
        lock (gate)
        {
            return [.. messages.Select(message => message.Tag)];
        }
    }

    /// <summary>Acknowledges some messages, and every other one that is older than a generation.</summary>
    public async Task AcknowledgeAsync(HashSet<ulong> tags, long olderThan, CancellationToken cancellationToken)
    {
        ulong[] acknowledged;
        lock (gate)
        {
            acknowledgedBelow = olderThan;
            acknowledged =
            [
                .. messages.Where(message => message.Generation < olderThan || tags.Contains(message.Tag)).Select(message => message.Tag),
            ];
        }

        foreach (var tag in acknowledged)
        {
            await channel.BasicAckAsync(tag, multiple: false, cancellationToken);
            lock (gate)
            {
                messages.RemoveAll(message => message.Tag == tag);
            }
        }
    }

    /// <returns>False for what an operator or another program has put there: any type may come from the broker, and any number.</returns>
    private static bool TryGetGeneration(IReadOnlyBasicProperties properties, out long generation)
    {
        object? value = null;
        properties.Headers?.TryGetValue(GenerationHeader, out value);
        long? number = value switch
        {
            null => 0,
            long wide => wide,
            int narrow => narrow,
            short narrower => narrower,
            sbyte narrowest => narrowest,
            byte unsigned => unsigned,
            _ => null,
        };
        generation = number ?? 0;
        return number is >= 0 and <= MaxGeneration;
    }
}
