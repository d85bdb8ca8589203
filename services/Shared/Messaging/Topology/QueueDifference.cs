using System.Text.RegularExpressions;

namespace OfflineActions.Messaging.Topology;

/// <summary>A difference between a queue on the broker and its declaration.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Argument">The argument or property that differs, for example <c>x-delivery-limit</c> or <c>durable</c>.</param>
/// <param name="Live">The value on the broker, as it spells it: <c>the value '3' of type 'signedint'</c>, <c>none</c>, <c>'true'</c>.</param>
/// <param name="Wanted">The declared value, in the same spelling.</param>
internal sealed partial record QueueDifference(string Queue, string Argument, string Live, string Wanted)
{
    /// <summary>Reads the refusal of a declaration, which names the first difference only.</summary>
    /// <param name="refusal">For example
    /// <c>PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'q' in vhost '/': received … but current is …</c>.</param>
    /// <returns>Null when the refusal has another reason.</returns>
    public static QueueDifference? Read(string refusal) => Refusal().Match(refusal) is { Success: true, Groups: var groups }
        ? new(groups["queue"].Value, groups["argument"].Value, groups["live"].Value, groups["wanted"].Value)
        : null;

    /// <summary>Explains the refusal and what to do about it, for an operator.</summary>
    public static string Explain(string refusal) => Read(refusal) is { } difference
        ? $"queue '{difference.Queue}' exists, but its {difference.Argument} is {difference.Live}, and this version wants "
            + $"{difference.Wanted}. RabbitMQ cannot change an argument of an existing queue: let the workers empty it and "
            + "delete it, and it is declared again within seconds. Or configure the value that it has."
        : refusal;

    [GeneratedRegex(
        @"inequivalent arg '(?<argument>[^']+)' for (queue|exchange) '(?<queue>[^']+)'.*?: "
        + @"received (?<wanted>.+?) but current is (?<live>.+)\z")]
    private static partial Regex Refusal();
}
