using CsCheck;
using OfflineActions.Contracts;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>How two lanes share a number of places.</summary>
public sealed class LanePlacesTests
{
    [TestCase(1, 1, 1)]
    [TestCase(2, 2, 1)]
    [TestCase(3, 3, 2)]
    [TestCase(4, 4, 3)]
    [TestCase(16, 16, 12)]
    [TestCase(512, 512, 384)]
    public void Each_lane_alone_has_most_of_the_places(int count, int interactive, int bulk)
    {
        Assert.That(CountEntered(new LanePlaces(count), Lane.Interactive, count + 5), Is.EqualTo(interactive));
        Assert.That(CountEntered(new LanePlaces(count), Lane.Bulk, count + 5), Is.EqualTo(bulk));
        Assert.That(LanePlaces.GetMost(count, Lane.Interactive), Is.EqualTo(interactive));
        Assert.That(LanePlaces.GetMost(count, Lane.Bulk), Is.EqualTo(bulk));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(16)]
    public void An_interactive_request_finds_a_place_at_once_while_bulk_waits_for_more(int count)
    {
        var places = new LanePlaces(count);
        CountEntered(places, Lane.Bulk, 2 * count);

        Assert.That(places.EnterAsync(Lane.Interactive, CancellationToken.None).IsCompletedSuccessfully, Is.True);
    }

    [TestCase(2, 1)]
    [TestCase(16, 4)]
    [TestCase(512, 128)]
    public void While_both_lanes_wait_bulk_gets_a_quarter(int count, int share)
    {
        var places = new LanePlaces(count);
        var interactive = Enter(places, Lane.Interactive, 3 * count);
        var bulk = Enter(places, Lane.Bulk, 3 * count);

        // One ends after the other, always the one that is longest in work.
        for (var ended = 0; ended < count; ended++)
        {
            places.Leave(Lane.Interactive);
        }

        AssertGranted(interactive, count + count - share);
        AssertGranted(bulk, share);
        places.Leave(Lane.Bulk);
        AssertGranted(bulk, share + 1);
    }

    [Test]
    public async Task One_that_gives_up_takes_no_place()
    {
        var places = new LanePlaces(1);
        CountEntered(places, Lane.Interactive, 1);
        using var giveUp = new CancellationTokenSource();
        var impatient = places.EnterAsync(Lane.Interactive, giveUp.Token);
        var patient = places.EnterAsync(Lane.Interactive, CancellationToken.None);

        await giveUp.CancelAsync();
        Assert.That(async () => await impatient, Throws.InstanceOf<OperationCanceledException>());
        places.Leave(Lane.Interactive);

        await patient.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Test]
    public void One_that_comes_back_goes_before_those_of_its_lane_that_have_not_begun()
    {
        var places = new LanePlaces(1);
        CountEntered(places, Lane.Interactive, 1);
        var beginning = places.EnterAsync(Lane.Interactive, CancellationToken.None);
        var returning = places.EnterAsync(Lane.Interactive, CancellationToken.None, isReturning: true);
        Assert.That(places.Returning, Is.EqualTo(1));

        places.Leave(Lane.Interactive);

        Assert.That(async () => await returning.WaitAsync(TimeSpan.FromSeconds(5)), Throws.Nothing);
        Assert.That((beginning.IsCompleted, places.Returning), Is.EqualTo((false, 0)));
    }

    /// <summary>What holds after each step of any history, compared with a plain count.</summary>
    [Test]
    public void After_any_history_the_places_are_full_as_far_as_the_rules_allow() =>
        Gen.Select(Gen.Int[1, 20], Gen.Select(Gen.Enum<Step>(), Gen.Enum<Lane>(), Gen.Int[0, 1000]).Array[0, 200]).Sample((count, steps) =>
        {
            var (places, share, total) = (new LanePlaces(count), Math.Max(1, count / 4), Math.Max(2, count));
            var held = Lanes.All.ToDictionary(lane => lane, _ => 0);
            var waiting = Lanes.All.ToDictionary(lane => lane, _ => new List<(Task Place, CancellationTokenSource GiveUp)>());
            foreach (var (step, lane, choice) in steps)
            {
                switch (step)
                {
                    case Step.Enter or Step.Return:
                        var giveUp = new CancellationTokenSource();
                        waiting[lane].Add((places.EnterAsync(lane, giveUp.Token, step is Step.Return), giveUp));
                        break;
                    case Step.Leave when held[lane] > 0:
                        held[lane]--;
                        places.Leave(lane);
                        break;
                    case Step.GiveUp when waiting[lane].Count > 0:
                        var index = choice % waiting[lane].Count;
                        waiting[lane][index].GiveUp.Cancel();
                        waiting[lane].RemoveAt(index);
                        break;
                }

                Settle();
            }

            void Settle()
            {
                // A place that was granted shows a moment later.
                var expected = Expect();
                foreach (var lane in Lanes.All)
                {
                    SpinWait.SpinUntil(() => waiting[lane].Count(place => place.Place.IsCompletedSuccessfully) >= expected[lane] - held[lane], 5_000);
                    var granted = waiting[lane].RemoveAll(place => place.Place.IsCompletedSuccessfully);
                    held[lane] += granted;
                    Assert.That(held[lane], Is.EqualTo(expected[lane]), $"{lane} of {count}");
                }
            }

            // The rules of the remarks, one place after the other.
            Dictionary<Lane, int> Expect()
            {
                var (interactive, bulk) = (held[Lane.Interactive], held[Lane.Bulk]);
                var (left, leftBulk) = (waiting[Lane.Interactive].Count, waiting[Lane.Bulk].Count);
                while (interactive + bulk < total)
                {
                    var mayBulk = leftBulk > 0 && bulk < Math.Max(1, count - share);
                    var mayInteractive = left > 0 && interactive < count;
                    if (mayBulk && (bulk < share || !mayInteractive))
                    {
                        (bulk, leftBulk) = (bulk + 1, leftBulk - 1);
                    }
                    else if (mayInteractive)
                    {
                        (interactive, left) = (interactive + 1, left - 1);
                    }
                    else
                    {
                        break;
                    }
                }

                return new() { [Lane.Interactive] = interactive, [Lane.Bulk] = bulk };
            }
        });

    // A place that was granted shows a moment later.
    private static void AssertGranted(Task[] requests, int expected)
    {
        SpinWait.SpinUntil(() => requests.Count(place => place.IsCompleted) >= expected, TimeSpan.FromSeconds(5));
        Assert.That(requests.Count(place => place.IsCompleted), Is.EqualTo(expected));
    }

    private static int CountEntered(LanePlaces places, Lane lane, int requests) => Enter(places, lane, requests).Count(place => place.IsCompletedSuccessfully);

    private static Task[] Enter(LanePlaces places, Lane lane, int requests) =>
        [.. Enumerable.Range(0, requests).Select(_ => places.EnterAsync(lane, CancellationToken.None))];

    private enum Step
    {
        Enter,
        Return,
        Leave,
        GiveUp,
    }
}
