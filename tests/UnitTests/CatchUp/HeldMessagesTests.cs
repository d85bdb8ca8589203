using CsCheck;
using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Tests.CatchUp;

/// <summary>
/// Workers hold every message, so the queues look empty, and take longer for them than the grace. Another gateway has published the
/// requests, except for some whose messages are lost.
/// </summary>
public sealed class HeldMessagesTests
{
    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    [TestCase(1, 28, 6_000, 10, TestName = "Some slow, some quick, for ten minutes")]
    [TestCase(16, 30, 300, 1_000, TestName = "A burst")]
    public void Requests_whose_messages_are_held_are_not_published_again_and_lost_ones_are(
        int shortest, int longest, int count, int perSecond) => Gen.Int.Sample(
        seed =>
        {
            var (messages, lost) = Run(new Random(seed), TimeSpan.FromSeconds(shortest), TimeSpan.FromSeconds(longest), count, perSecond);
            Assert.That(messages, Is.LessThanOrEqualTo(0.05 * count), "published by catch-up");
            Assert.That(lost, Is.All.LessThan(TimeSpan.FromSeconds(15 + longest + 5)), "until a lost request is published");
        },
        iter: 5);

    /// <returns>How many messages catch-up published for requests that had one, and how long each lost request waited for one.</returns>
    private static (int Messages, List<TimeSpan> Lost) Run(Random random, TimeSpan shortest, TimeSpan longest, int count, int perSecond)
    {
        var published = new PublishedRequests(100_000);
        using var open = new OpenRequests("0", published, new CatchUpLimits(TimeSpan.FromSeconds(15), TimeSpan.FromHours(2), 100_000));
        var guards = new BacklogGuards(TimeSpan.FromSeconds(2), TimeSpan.FromHours(2));
        var answers = new PriorityQueue<string, TimeSpan>();
        var lost = new Dictionary<string, TimeSpan>();
        var waited = new List<TimeSpan>();
        var (messages, written) = (0, 0);
        for (var now = TimeSpan.Zero; written < count || answers.Count > 0 || lost.Count > 0; now += Turn)
        {
            Assert.That(now, Is.LessThan(TimeSpan.FromHours(1)), "everything ends");
            for (; written < count && written <= now.TotalSeconds * perSecond; written++)
            {
                open.Add([new($"d{written}", "1-a", Action, null)], $"{written}", now, isBacklog: false);
                if (written % 100 == 50)
                {
                    lost[$"d{written}"] = now;
                }
                else
                {
                    answers.Enqueue($"d{written}", now + Latency());
                }
            }

            while (answers.TryPeek(out var document, out var at) && at <= now)
            {
                answers.Dequeue();
                open.Add([RequestRow.WithoutRequest(document)], $"{written}", now, isBacklog: false);
            }

            open.Advance(now, DateTimeOffset.UnixEpoch + now);
            var groups = open.CountCandidates();
            guards.Keep(groups);
            foreach (var counts in groups)
            {
                Publish(counts, guards.For(counts), now);
            }
        }

        return (messages, waited);

        TimeSpan Latency() => shortest + ((longest - shortest) * random.NextDouble());

        void Publish(CandidateCounts counts, BacklogGuard guard, TimeSpan now)
        {
            var decision = guard.Decide(counts, messages: 0, now);
            var taken = decision switch
            {
                BacklogDecision.Publish => open.TakeCandidates(counts, most: 256, guard.NotAfter),
                BacklogDecision.Probe => throw new InvalidOperationException("The queues are empty."),
                _ => [],
            };
            foreach (var request in taken)
            {
                published.Add(request.DocumentId, request.Revision, now, published.Epoch);
                open.Return(request);
                answers.Enqueue(request.DocumentId, now + Latency());
                if (lost.Remove(request.DocumentId, out var since))
                {
                    waited.Add(now - since);
                }
                else
                {
                    messages++;
                }
            }
        }
    }
}
