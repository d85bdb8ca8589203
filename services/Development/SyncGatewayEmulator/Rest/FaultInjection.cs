namespace OfflineActions.Emulators.Rest;

/// <summary>Where a request meets the faults that are switched on.</summary>
internal static class FaultInjection
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <returns>Whether the request goes on.</returns>
    public static async Task<bool> ApplyAsync(RequestContext context, RequestKind kind)
    {
        var faults = context.Emulator.Faults;
        if (faults.Refuse || faults.Reset)
        {
            context.CutConnection();
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

        await faults.DelayAsync(context.Cancelled);
        while (context.Emulator.Faults.Hang)
        {
            await Task.Delay(Look, context.Cancelled);
        }

        if (faults.TakeFailure())
        {
            throw new HttpError(faults.ErrorStatus, "injected fault");
        }

        if (faults.LoseAnswers)
        {
            context.LoseAnswer();
        }

        return true;
    }
}
