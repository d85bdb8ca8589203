using OfflineActions.Gateway.CatchUp;
using OfflineActions.Gateway.Publishing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.CatchUp;

/// <summary>
/// A minimal model of a database, a broker and a gateway around the real <see cref="OpenRequests"/>. Every step checks the invariants.
/// </summary>
internal sealed class FeedModel(int bound)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Republish = TimeSpan.FromHours(2);

    // The database: each document once, at its newest place. A null revision stands for a document without a request.
    private readonly Dictionary<string, (int Place, string? Revision)> documents = [];
    private readonly List<(int Place, string Id, string? Revision)> feed = [];
    private int writes;

    // The broker: its messages, and what it confirmed to this process.
    private readonly HashSet<(string Id, string Revision)> messages = [];
    private readonly Dictionary<string, (string Revision, TimeSpan At)> confirmed = [];

    // The gateway.
    private PublishedRequests memory = new(100);
    private OpenRequests? requests;
    private Dictionary<string, string?> listed = [];
    private int place;
    private TimeSpan now;

    private OpenRequests Requests => requests ??= new OpenRequests("token 0", memory, Republish, bound);

    private IEnumerable<(string Id, string Revision)> Open =>
        documents.Where(document => document.Value.Revision is not null).Select(document => (document.Key, document.Value.Revision!));

    public void Write(string id, bool isRequest)
    {
        if (documents.Remove(id, out var old))
        {
            feed.RemoveAll(row => row.Place == old.Place);
        }

        var revision = isRequest ? $"rev {++writes}" : null;
        documents[id] = (++writes, revision);
        feed.Add((writes, id, revision));
        Check();
    }

    /// <summary>Publishes for a webhook, before or after the feed lists the request.</summary>
    public void WebhookPublishes(string id)
    {
        if (documents.TryGetValue(id, out var document) && document.Revision is { } revision)
        {
            Confirm(id, revision);
        }
    }

    /// <summary>Reads a batch, preceded by some rows that were read before.</summary>
    public void Read(int limit, int repeated)
    {
        var from = feed.FindIndex(row => row.Place > place);
        var rows = from < 0 ? [] : feed.Skip(Math.Max(from - repeated, 0)).Take(repeated + limit).ToArray();
        place = rows.Length > 0 ? Math.Max(place, rows[^1].Place) : place;
        foreach (var row in rows)
        {
            listed[row.Id] = row.Revision;
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
            Rescan();
        }
    }

    public void Publish(int most, bool isRefused)
    {
        for (var i = 0; i < most && Requests.TakeDue(now) is { } request; i++)
        {
            Assert.That(listed.GetValueOrDefault(request.DocumentId), Is.EqualTo(request.Revision), "a closed request is not due");
            if (confirmed.TryGetValue(request.DocumentId, out var last) && last.Revision == request.Revision)
            {
                Assert.That(now - last.At, Is.GreaterThanOrEqualTo(Republish), "a published request is not due before the time to republish");
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
        ForgetMessages();
        memory.Clear();
        Requests.MakeAllDue(now);
        if (Requests.HasOverflowed)
        {
            Rescan();
        }
    }

    /// <summary>Replaces the process by one that starts from the checkpoint.</summary>
    public void Restart()
    {
        ForgetMessages();
        memory = new PublishedRequests(100);
        Rescan();
    }

    /// <summary>Reads to the end and publishes what is due. Every open request has a message then.</summary>
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

    /// <summary>Closes every request. Nothing is kept then.</summary>
    public void CloseAll()
    {
        foreach (var id in documents.Keys.ToArray())
        {
            Write(id, isRequest: false);
        }

        Settle();
        Assert.That((Requests.Count, Requests.TakeDue(TimeSpan.MaxValue)), Is.EqualTo((0, (OpenRequest?)null)));
        Assert.That(Requests.Watermark, Is.EqualTo($"token {place}"));
    }

    private void Rescan()
    {
        var watermark = Requests.Watermark;
        requests = new OpenRequests(watermark, memory, Republish, bound);
        place = Place(watermark);
        listed = [];
    }

    private void Confirm(string id, string revision)
    {
        messages.Add((id, revision));
        confirmed[id] = (revision, now);
        memory.Add(id, revision, now, memory.Epoch);
    }

    private void ForgetMessages()
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
