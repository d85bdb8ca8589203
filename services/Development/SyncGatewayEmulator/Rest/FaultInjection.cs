namespace OfflineActions.Emulators.Rest;

/// <summary>Applies the active faults to a request.</summary>
internal static class FaultInjection
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);

    /// <returns>Whether the request is to be processed.</returns>
    public static async Task<bool> ApplyAsync(RequestContext context, RequestKind kind)
    {
        var faults = context.Emulator.Faults;
        if (faults.Refuse || faults.Reset)
        {
            context.Abort();
            return false;
        }

        if (faults.Unauthorized)
        {
            throw Authentication.Unauthorized(context, null, "Invalid login");
        }

        if (faults.Kinds is { Count: > 0 } kinds && !kinds.Contains(kind))
        {
            return true;
        }

        if (faults.Latency > TimeSpan.Zero)
        {
            await faults.DelayAsync(context.Cancelled);
        }

        while (context.Emulator.Faults.Hang)
        {
            await Task.Delay(PollInterval, context.Cancelled);
        }

        if (faults.TakeFailure())
        {
            throw new HttpError(faults.ErrorStatus, "injected fault");
        }

        if (faults.LoseAnswers)
        {
            context.DiscardResponse();
        }

        return true;
    }
}
