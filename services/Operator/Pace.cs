using System.Diagnostics;

namespace OfflineActions.Operator;

/// <summary>So many turns a second and no more, also after a pause.</summary>
internal sealed class Pace(double perSecond)
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan next;

    /// <summary>Completes when it is time for the next turn.</summary>
    public async Task TurnAsync(CancellationToken cancellationToken)
    {
        if (next - clock.Elapsed is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, cancellationToken);
        }

        next = (clock.Elapsed > next ? clock.Elapsed : next) + TimeSpan.FromSeconds(1 / perSecond);
    }
}
