using OfflineActions.Operator;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>To look at a message a million times ends it, so nobody can look as often as they like.</summary>
public sealed class LookTurnsTests
{
    [Test]
    public async Task Many_looks_at_once_wait_for_their_turn_and_too_many_are_refused()
    {
        using var turns = new LookTurns();
        var looks = Enumerable.Range(0, 500).Select(_ => turns.TakeAsync(CancellationToken.None)).ToArray();

        var refused = looks.Count(look => look.IsFaulted && look.Exception!.InnerException is UnavailableException);

        // One or two may have had their turn meanwhile on a slow machine.
        Assert.That(refused, Is.InRange(500 - LookTurns.Burst - LookTurns.MaxWaiting - 10, 500 - LookTurns.Burst - LookTurns.MaxWaiting));
        Assert.That(looks.Count(look => look.IsCompletedSuccessfully), Is.InRange(LookTurns.Burst, LookTurns.Burst + 10));
        await looks[LookTurns.Burst].WaitAsync(TimeSpan.FromSeconds(30));
    }
}
