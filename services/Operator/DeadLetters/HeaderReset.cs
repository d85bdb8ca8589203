using RabbitMQ.Client;

namespace OfflineActions.Operator.DeadLetters;

/// <summary>Makes a message begin anew: without what was noted about its earlier life.</summary>
internal static class HeaderReset
{
    /// <summary>
    /// MassTransit's account of the failure; the broker's own (some versions drop a message as a loop because of it); and how often it was
    /// tried, or the first failure would be the last.
    /// </summary>
    private static readonly string[] Earlier = ["MT-Fault-", "MT-Reason", "MT-Redelivery-", "x-", "offline-actions-"];

    public static BasicProperties Copy(IReadOnlyBasicProperties properties) => new(properties)
    {
        Persistent = true,
        // The broker compares it with who publishes, and a time to live would make the message vanish.
        UserId = null,
        Expiration = null,
        Headers = properties.Headers?
            .Where(header => !Earlier.Any(prefix => header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(header => header.Key, header => header.Value),
    };
}
