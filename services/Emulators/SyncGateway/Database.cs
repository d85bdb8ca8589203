using Emulators.SyncGateway.Store;
using Emulators.SyncGateway.Webhooks;

namespace Emulators.SyncGateway;

/// <summary>One database: its documents, its users' places in the feed, its webhooks.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly SyncGatewayEmulator emulator;
    private readonly TimeProvider clock;
    private readonly ITimer expiry;
    private readonly CancellationTokenSource closed = new();

    public Database(string name, SyncGatewayEmulatorOptions options, SyncGatewayEmulator emulator, TimeProvider clock, ILogger log)
    {
        Name = name;
        this.emulator = emulator;
        this.clock = clock;
        Started = clock.GetUtcNow();
        Documents = new(new(options.RevisionsLimit, options.AllowConflicts), new(() => emulator.Faults.FeedLag, clock), clock);
        Webhooks = new(options, emulator, log);

        // Creating a user takes a sequence, and the user sees itself in the feed there.
        Principals = (options.Guest ? [SyncGatewayEmulator.Guest, .. options.Users.Keys] : options.Users.Keys)
            .ToDictionary(user => user, _ => Documents.Sequences.Take());
        expiry = clock.CreateTimer(_ => Expire(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public string Name { get; }

    /// <summary>Fires when the database goes away.</summary>
    public CancellationToken Closed => closed.Token;

    public DateTimeOffset Started { get; }

    public DocumentStore Documents { get; }

    public WebhookQueue Webhooks { get; }

    public IReadOnlyDictionary<string, long> Principals { get; }

    /// <summary>Writes a revision and tells the webhooks.</summary>
    public async Task<RevisionId> Put(string id, RevisionId? parent, DocumentBody body)
    {
        var (revision, change) = Documents.Put(id, parent, body);
        await Tell(change, revision);
        return revision;
    }

    /// <summary>Writes a replicated revision and tells the webhooks, unless it was there already.</summary>
    public async Task<RevisionId> PutExisting(string id, IReadOnlyList<RevisionId> history, DocumentBody body)
    {
        if (Documents.PutExisting(id, history, body) is { } change)
        {
            await Tell(change, history[0]);
        }

        return history[0];
    }

    public async ValueTask DisposeAsync()
    {
        await closed.CancelAsync();
        await expiry.DisposeAsync();
        await Webhooks.DisposeAsync();
    }

    private Task Tell(DocumentChange change, RevisionId written)
    {
        emulator.Stats.Written();
        return Webhooks.Raise(change, written);
    }

    private void Expire()
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (var document in Documents.Expiries.TakeDue(now))
        {
            if (document.Read() is { Deleted: false } current && current.Expires is > 0 and var at && at <= now)
            {
                _ = Bury(document.Id, current.Revision);
            }
        }
    }

    private async Task Bury(string id, RevisionId revision)
    {
        try
        {
            await Put(id, revision, DocumentBody.Tombstone);
        }
        catch (Refusal)
        {
            // Someone wrote it in this very moment, and with that decided anew when it expires.
        }
    }
}
