using System.Text.RegularExpressions;

namespace ServiceDefaults.Bus;

/// <summary>Says what to do when a queue exists with other arguments than this version declares.</summary>
internal static partial class MismatchedQueue
{
    /// <param name="refusal">The broker's words, for example
    /// <c>PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit' for queue 'q' in vhost '/': received the value '5' … but current is …</c>.</param>
    public static string Explain(string refusal) => Refusal().Match(refusal) is { Success: true } match
        ? $"queue '{match.Groups["queue"].Value}' exists, but its {match.Groups["argument"].Value} is {match.Groups["live"].Value} where this "
            + $"version wants {match.Groups["wanted"].Value}. The broker cannot change that on a live queue: let the workers empty it, "
            + "delete the queue, and it is declared anew within seconds; or configure the value that it has."
        : refusal;

    [GeneratedRegex(@"inequivalent arg '(?<argument>[^']+)' for (queue|exchange) '(?<queue>[^']+)'.*?: received (?<wanted>.+?) but current is (?<live>.+)$")]
    private static partial Regex Refusal();
}
