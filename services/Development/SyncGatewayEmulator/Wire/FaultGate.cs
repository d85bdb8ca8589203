namespace OfflineActions.Emulators.Wire;

/// <summary>Where a request meets the faults that are switched on.</summary>
internal static class FaultGate
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <returns>Whether the request goes on.</returns>
    public static async Task<bool> PassAsync(Exchange exchange, RequestKind kind)
    {
        var faults = exchange.Emulator.Faults;
        if (faults.Refuse || faults.Reset)
        {
            exchange.CutConnection();
            return false;
        }

        if (faults.Unauthorized)
        {
            throw Access.Unauthorized(exchange, null, "Invalid login");
        }

        if (faults.Kinds is { Count: > 0 } kinds && !kinds.Contains(kind))
        {
            return true;
        }

        await faults.DelayAsync(exchange.Cancelled);
        while (exchange.Emulator.Faults.Hang)
        {
            await Task.Delay(Look, exchange.Cancelled);
        }

        if (faults.Strikes())
        {
            throw new HttpError(faults.ErrorStatus, "injected fault");
        }

        if (faults.LoseAnswers)
        {
            exchange.LoseAnswer();
        }

        return true;
    }
}
