using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

/// <summary>
/// A database, a broker and a gateway, as simple as they can be thought of, around the real <see cref="OpenRequests"/>. Every step checks
/// what must hold at all times.
/// </summary>
internal sealed class FeedModel(int bound)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Republish = TimeSpan.FromHours(2);

    private readonly CatchUpLimits pace = new(Grace, Republish, bound);

    // The database: each document once, at its newest place; null asks for nothing.
    private readonly Dictionary<string, (int Place, string? Revision)> documents = [];
    private readonly List<(int Place, string Id, string? Revision)> feed = [];
    private int writes;

    // The broker, since it or this process began.
    private readonly HashSet<(string Id, string Revision)> messages = [];
    private readonly Dictionary<string, (string Revision, TimeSpan At)> confirmed = [];

    // The gateway.
    private PublishedRequests memory = new(100);
    private OpenRequests? requests;
    private Dictionary<string, string?> told = [];
    private int place;
    private TimeSpan now;

    private OpenRequests Requests => requests ??= new OpenRequests("token 0", memory, pace);

    private IEnumerable<(string Id, string Revision)> Open =>
        documents.Where(document => document.Value.Revision is not null).Select(document => (document.Key, document.Value.Revision!));

    public void Write(string id, bool asks)
    {
        if (documents.Remove(id, out var old))
        {
            feed.RemoveAll(row => row.Place == old.Place);
        }

        var revision = asks ? $"rev {++writes}" : null;
        documents[id] = (++writes, revision);
        feed.Add((writes, id, revision));
        Check();
    }

    /// <summary>The webhook's way: the message is there, and this process knows it, before or after the feed tells.</summary>
    public void WebhookPublishes(string id)
    {
        if (documents.TryGetValue(id, out var document) && document.Revision is { } revision)
        {
            Confirm(id, revision);
        }
    }

    /// <summary>Reads a batch, and some rows before it once more.</summary>
    public void Read(int limit, int repeated)
    {
        var from = feed.FindIndex(row => row.Place > place);
        var rows = from < 0 ? [] : feed.Skip(Math.Max(from - repeated, 0)).Take(repeated + limit).ToArray();
        place = rows.Length > 0 ? Math.Max(place, rows[^1].Place) : place;
        foreach (var row in rows)
        {
            told[row.Id] = row.Revision;
        }

        Requests.Add(
            [.. rows.Select(row => new FeedEntry(row.Id, row.Revision ?? "", row.Revision is null ? null : "person_request"))],
            $"token {place}",
            now,
            Grace);
        while (Requests.Passing > 0)
        {
            Publish(most: 1, isRefused: false);
        }

        Check();
        if (Requests.HasOverflowed && Requests.Count <= bound / 2)
        {
            ReadAnew();
        }
    }

    public void Publish(int most, bool isRefused)
    {
        for (var i = 0; i < most && Requests.TakeDue(now) is { } request; i++)
        {
            Assert.That(told.GetValueOrDefault(request.DocumentId), Is.EqualTo(request.Revision), "what is closed is not due");
            if (confirmed.TryGetValue(request.DocumentId, out var last) && last.Revision == request.Revision)
            {
                Assert.That(now - last.At, Is.GreaterThanOrEqualTo(Republish), "what was published is not due again so soon");
            }

            if (!isRefused)
            {
                Confirm(request.DocumentId, request.Revision);
            }

            Requests.Return(request);
        }

        Check();
    }

    public void Wait(TimeSpan time) => now += time;

    public void LoseMessages()
    {
        Forget();
        memory.Clear();
        Requests.MakeAllDue(now);
        if (Requests.HasOverflowed)
        {
            ReadAnew();
        }
    }

    /// <summary>The process dies and another begins where the checkpoint says.</summary>
    public void Restart()
    {
        Forget();
        memory = new PublishedRequests(100);
        ReadAnew();
    }

    /// <summary>Lets things take their course: whatever is open now has a message then.</summary>
    public void Settle()
    {
        do
        {
            Read(limit: 3, repeated: 0);
        }
        while (feed.Count > 0 && place < feed[^1].Place);
        Wait(Grace);
        Publish(int.MaxValue, isRefused: false);

        Assert.That(messages, Is.SupersetOf(Open));
        if (!Requests.HasOverflowed)
        {
            Assert.That(Requests.Count, Is.EqualTo(Open.Count()));
        }
    }

    /// <summary>What is settled and asked for no more leaves nothing behind.</summary>
    public void CloseAll()
    {
        foreach (var id in documents.Keys.ToArray())
        {
            Write(id, asks: false);
        }

        Settle();
        Assert.That((Requests.Count, Requests.TakeDue(TimeSpan.MaxValue)), Is.EqualTo((0, (OpenRequest?)null)));
        Assert.That(Requests.Watermark, Is.EqualTo($"token {place}"));
    }

    private void ReadAnew()
    {
        var watermark = Requests.Watermark;
        requests = new OpenRequests(watermark, memory, pace);
        place = Place(watermark);
        told = [];
    }

    private void Confirm(string id, string revision)
    {
        messages.Add((id, revision));
        confirmed[id] = (revision, now);
        memory.Add(id, revision, now, memory.Epoch);
    }

    private void Forget()
    {
        messages.Clear();
        confirmed.Clear();
    }

    private void Check() => Assert.That(
        documents.Values.Where(document => document.Revision is not null && document.Place <= Place(Requests.Watermark)),
        Is.Empty,
        "the watermark passes no open request");

    private static int Place(string token) => int.Parse(token["token ".Length..]);
}
