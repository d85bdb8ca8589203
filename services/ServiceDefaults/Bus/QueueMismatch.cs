namespace ServiceDefaults.Bus;

/// <summary>Says what to do when a queue exists with other arguments than this version declares.</summary>
internal static class QueueMismatch
{
    /// <param name="refusal">The broker's words.</param>
    public static string Explain(string refusal) => QueueDifference.Read(refusal) is { } difference
        ? $"queue '{difference.Queue}' exists, but its {difference.Argument} is {difference.Live} where this "
            + $"version wants {difference.Wanted}. The broker cannot change that on a live queue: let the workers empty it, "
            + "delete the queue, and it is declared anew within seconds; or configure the value that it has."
        : refusal;
}
