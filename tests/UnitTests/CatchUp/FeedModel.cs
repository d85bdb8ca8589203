using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;

namespace OfflineActions.Tests.CatchUp;

/// <summary>
/// A naive database, broker, worker and gateway around the real <see cref="OpenRequests"/> and <see cref="BacklogGuard"/>. Every step
/// checks what must hold at all times.
/// </summary>
internal sealed class FeedModel(int limit) : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Republish = TimeSpan.FromHours(2);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private static readonly ActionContract Action = ActionCatalog.Default.GetByMessage<PersonRequested>();

    private readonly CatchUpLimits limits = new(Grace, Republish, limit);

    // The database: each document once, at its newest place; a null revision asks for nothing.
    private readonly Dictionary<string, (int Place, string? Revision, DateTimeOffset? NotBefore)> documents = [];
    private readonly List<(int Place, string Id, string? Revision, DateTimeOffset? NotBefore, DateTimeOffset? NextAttemptAt)> feed = [];

    // The revision that the app wrote, for each that asks: a worker writes others when it delays a request.
    private readonly Dictionary<string, string> written = [];
    private int writes;

    // The broker's queues, and all messages ever published.
    private readonly List<(string Id, string Revision)> queue = [];
    private readonly List<(string Id, string Revision)> held = [];
    private readonly Dictionary<(string Id, string Revision), int> published = [];
    private int lossesAndRestarts;

    // The gateway.
    private PublishedRequests memory = new(100);
    private BacklogGuards guards = new(Settled, Republish);
    private OpenRequests? requests;
    private int place;
    private TimeSpan now;
    private TimeSpan correction;
    private bool isBacklog = true;

    // Until when the gateway need not look, unless something changes.
    private TimeSpan sleepsUntil;

    private OpenRequests Requests => requests ??= Create("token 0");

    private IEnumerable<(string Id, string Revision)> Open =>
        documents.Where(document => document.Value.Revision is not null).Select(document => (document.Key, document.Value.Revision!));

    /// <summary>How many messages were published, and for how many requests.</summary>
    public (int Messages, int Requests) Cost => (published.Values.Sum(), published.Count);

    private DateTimeOffset OnTheWall => DateTimeOffset.UnixEpoch + now + correction;

    /// <summary>Writes a document that asks for something, or for nothing.</summary>
    /// <param name="id">The document.</param>
    /// <param name="asks">Whether it asks.</param>
    /// <param name="after">In what time its <c>notBefore</c> is, which may be over; null for none.</param>
    public void Write(string id, bool asks, TimeSpan? after = null)
    {
        var revision = asks ? $"rev {++writes}" : null;
        written[revision ?? ""] = revision ?? "";
        Write(id, revision, OnTheWall + after, nextAttemptAt: null);
    }

    /// <summary>A worker delays the request of the oldest message that it can, and notes so in the document.</summary>
    public void Delay(TimeSpan by)
    {
        var message = held.Concat(queue).FirstOrDefault(IsFor);
        if (message.Revision is not null && documents[message.Id] is { NotBefore: var notBefore } && !(notBefore > OnTheWall))
        {
            var noted = $"rev {++writes}";
            written[noted] = written[message.Revision];
            if (held.Remove(message))
            {
                queue.Add(message);
            }

            Write(message.Id, noted, notBefore, OnTheWall + by);
        }
    }

    /// <summary>The webhook's way: the message is in the queue, and this process knows it, before or after the feed shows the document.</summary>
    public void WebhookPublishes(string id) => ByWebhook(id, isKnown: true);

    /// <summary>A webhook that reaches another gateway: the message is in the queue, and this process does not know it.</summary>
    public void OtherGatewayPublishes(string id) => ByWebhook(id, isKnown: false);

    /// <summary>Workers die, and the broker takes back what they held.</summary>
    public void KillWorkers()
    {
        queue.InsertRange(0, held);
        held.Clear();
    }

    /// <summary>Workers take messages, and hold them.</summary>
    public void Hold(int most)
    {
        held.AddRange(queue.Take(most));
        queue.RemoveRange(0, Math.Min(most, queue.Count));
    }

    /// <summary>Workers answer the requests of the oldest messages.</summary>
    public void Work(int most)
    {
        for (var left = Math.Min(most, held.Count + queue.Count); left > 0; left--)
        {
            Hold(held.Count == 0 ? 1 : 0);
            var message = held[0];
            held.RemoveAt(0);
            if (IsFor(message))
            {
                if (documents[message.Id].NotBefore > OnTheWall)
                {
                    queue.Add(message);
                    continue;
                }

                Write(message.Id, asks: false);
            }
        }
    }

    /// <summary>Reads a page, and some rows before it once more.</summary>
    public void Read(int most, int repeated)
    {
        var from = feed.FindIndex(row => row.Place > place);
        var rows = from < 0 ? [] : feed.Skip(Math.Max(from - repeated, 0)).Take(repeated + most).ToArray();
        place = rows.Length > 0 ? Math.Max(place, rows[^1].Place) : place;
        Requests.Add(
            [.. rows.Select(row => new RequestRow(
                row.Id,
                row.Revision ?? "",
                row.Revision is null ? null : Action,
                row.NotBefore,
                DelayedUntil: row.NextAttemptAt + BacklogGuard.LongestHeld is { } until && until > OnTheWall ? until : null))],
            $"token {place}",
            now,
            isBacklog);
        isBacklog &= feed.Count > 0 && place < feed[^1].Place;
        for (var turns = 0; Requests.Beyond > 0; turns++)
        {
            Assert.That(turns, Is.LessThan(100), "reading goes on");
            Publish(most: 1, isRefused: false);
            Wait(TimeSpan.FromSeconds(1));
        }

        Check();
        if (Requests.HasOverflowed && Requests.Count <= limit / 2)
        {
            Rescan();
        }
    }

    public void Publish(int most, bool isRefused)
    {
        Requests.Advance(now, OnTheWall);
        var groups = Requests.CountCandidates();
        Assert.That(groups.Count == 0 || sleepsUntil <= now, "a candidate wakes the gateway up");
        guards.Keep(groups);
        foreach (var counts in groups)
        {
            var guard = guards.For(counts);
            switch (Requests.IsUrgent ? BacklogDecision.Publish : guard.Decide(counts, queue.Count, now))
            {
                case BacklogDecision.Publish:
                    Publish(Requests.TakeCandidates(counts, most, Requests.IsUrgent ? null : guard.NotAfter), isRefused);
                    break;
                case BacklogDecision.Probe:
                    var probes = Requests.TakeCandidates(counts, guard.ProbeSize, onlyKept: true);
                    guard.Probed(probes);
                    Publish(probes, isRefused);
                    Requests.SkipBeyond(counts);
                    break;
                case BacklogDecision.Skip:
                    Requests.SkipBeyond(counts);
                    break;
            }
        }

        sleepsUntil = Requests.CountCandidates().Count > 0
            ? now
            : now + (Requests.DueIn(now, OnTheWall) ?? TimeSpan.FromDays(10_000));
        Check();
    }

    public void Wait(TimeSpan time) => now += time;

    /// <summary>The clock on the wall is set. What that makes due is found up to a second later.</summary>
    public void SetClock(TimeSpan by)
    {
        correction += by;
        Wait(TimeSpan.FromSeconds(1));
    }

    /// <summary>Queues are deleted, with all their messages.</summary>
    public void LoseMessages()
    {
        lossesAndRestarts++;
        queue.Clear();
        held.Clear();
        memory.Clear();
        Requests.ForgetPublished();
        if (Requests.HasOverflowed)
        {
            Rescan();
        }
    }

    /// <summary>An operator purges the queues. No part of the system notices, so the requests wait until they are due again.</summary>
    public void Purge()
    {
        lossesAndRestarts++;
        queue.Clear();
        held.Clear();
    }

    /// <summary>The process dies and another one begins at the checkpoint.</summary>
    public void Restart()
    {
        lossesAndRestarts++;
        memory = new PublishedRequests(100);
        guards = new BacklogGuards(Settled, Republish);
        isBacklog = true;
        Rescan();
    }

    /// <summary>Everything takes its course: nothing is open and nothing waits in the end.</summary>
    public void Settle()
    {
        for (var turns = 0; Open.Any() || queue.Count + held.Count > 0; turns++)
        {
            Assert.That(turns, Is.LessThan(200), $"open: {string.Join(", ", Open)}; messages: {string.Join(", ", queue)}");
            ReadAll();
            Wait(turns < 20 ? Grace : Republish);
            Publish(int.MaxValue, isRefused: false);
            Wait(Settled);
            Publish(int.MaxValue, isRefused: false);
            Work(int.MaxValue);
        }

        ReadAll();
        if (!Requests.HasOverflowed)
        {
            Assert.That((Requests.Count, Requests.CountCandidates().Count), Is.EqualTo((0, 0)));
            Assert.That(Requests.Watermark, Is.EqualTo($"token {place}"));
        }
    }

    public void Dispose() => requests?.Dispose();

    private bool IsFor((string Id, string Revision) message) =>
        documents.TryGetValue(message.Id, out var document) && document.Revision is { } revision && written[revision] == written[message.Revision];

    private void Write(string id, string? revision, DateTimeOffset? notBefore, DateTimeOffset? nextAttemptAt)
    {
        if (documents.Remove(id, out var old))
        {
            feed.RemoveAll(row => row.Place == old.Place);
        }

        documents[id] = (++writes, revision, notBefore);
        feed.Add((writes, id, revision, notBefore, nextAttemptAt));
        Check();
    }

    private OpenRequests Create(string since)
    {
        var created = new OpenRequests(since, memory, limits);
        created.Changed += () => sleepsUntil = now;
        sleepsUntil = now;
        return created;
    }

    private void Publish(IReadOnlyList<OpenRequest> taken, bool isRefused)
    {
        foreach (var request in taken)
        {
            if (!isRefused && Requests.IsStillDue(request))
            {
                Confirm(request.DocumentId, request.Revision, isKnown: true);
            }

            Requests.Return(request);
        }
    }

    private void ReadAll()
    {
        do
        {
            Read(most: 3, repeated: 0);
        }
        while (feed.Count > 0 && place < feed[^1].Place);
    }

    private void ByWebhook(string id, bool isKnown)
    {
        if (documents.TryGetValue(id, out var document) && document.Revision is { } revision)
        {
            Confirm(id, revision, isKnown);
        }
    }

    private void Confirm(string id, string revision, bool isKnown)
    {
        queue.Add((id, revision));
        published[(id, written[revision])] = published.GetValueOrDefault((id, written[revision])) + 1;
        if (isKnown)
        {
            memory.Add(id, revision, now, memory.Epoch);
        }
    }

    private void Rescan()
    {
        var watermark = Requests.Watermark;
        Requests.Dispose();
        requests = Create(watermark);
        place = Place(watermark);
    }

    private void Check() => Assert.That(
        documents.Values.Where(document => document.Revision is not null && document.Place <= Place(Requests.Watermark)),
        Is.Empty,
        "the watermark passes no open request");

    private static int Place(string token) => int.Parse(token["token ".Length..]);
}
