using System.Collections.Concurrent;
using Emulators.SyncGateway.Configuration;
using Emulators.SyncGateway.Principals;
using Emulators.SyncGateway.Scripts;
using Emulators.SyncGateway.Store;
using Emulators.SyncGateway.Webhooks;

namespace Emulators.SyncGateway;

/// <summary>One database: its documents, its users, its webhooks.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly SyncGatewayEmulator emulator;
    private readonly TimeProvider clock;
    private readonly ITimer expiry;
    private CancellationTokenSource online = new();
    private long writes;

    /// <exception cref="InvalidOperationException">The sync function is none.</exception>
    public Database(DatabaseConfiguration configuration, SyncGatewayEmulator emulator, TimeProvider clock, ILogger log)
    {
        this.emulator = emulator;
        this.clock = clock;
        Started = clock.GetUtcNow();
        Configuration = configuration;
        Documents = new(LimitsOf(configuration), new(() => emulator.Faults, clock), clock);
        Documents.Locals.Lifetime = configuration.LocalLifetime;
        Documents.OldBodyLifetime = configuration.OldRevisionLifetime;
        Sessions = new(clock);
        Webhooks = new(configuration, emulator, log);
        Offline = configuration.Offline;

        // Creating a user takes a sequence, and the user sees itself in the feed there.
        foreach (var principal in configuration.Users.Concat(configuration.Roles))
        {
            Documents.Principals.Put(principal);
        }

        expiry = clock.CreateTimer(_ => Expire(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public DatabaseConfiguration Configuration { get; private set; }

    public string Name => Configuration.Name;

    /// <summary>Fires when the database goes away or offline.</summary>
    public CancellationToken Closed => online.Token;

    public DateTimeOffset Started { get; }

    public DocumentStore Documents { get; }

    public PrincipalStore Principals => Documents.Principals;

    public SessionStore Sessions { get; }

    public WebhookQueue Webhooks { get; }

    /// <summary>Design documents by name, as JSON.</summary>
    public ConcurrentDictionary<string, byte[]> Designs { get; } = new(StringComparer.Ordinal);

    public bool Offline { get; private set; }

    /// <summary>How many revisions were accepted.</summary>
    public long Writes => Interlocked.Read(ref writes);

    /// <summary>Takes another configuration over; documents, users and waiting events stay.</summary>
    /// <exception cref="InvalidOperationException">The sync function is none.</exception>
    public void Reconfigure(DatabaseConfiguration configuration)
    {
        Documents.Limits = LimitsOf(configuration);
        Documents.Locals.Lifetime = configuration.LocalLifetime;
        Configuration = configuration;
        foreach (var principal in configuration.Users.Where(user => user.Name == User.GuestName))
        {
            Principals.Put(principal);
        }
    }

    /// <summary>Ends every feed, and lets no request in until it is online again.</summary>
    public async Task TakeOffline(string reason)
    {
        Offline = true;
        await online.CancelAsync();
        Webhooks.RaiseState(Name, "offline", reason, clock.GetLocalNow());
    }

    public void TakeOnline(string reason)
    {
        if (Offline)
        {
            online = new();
            Offline = false;
            Webhooks.RaiseState(Name, "online", reason, clock.GetLocalNow());
        }
    }

    /// <summary>Writes a revision and tells the webhooks.</summary>
    public async ValueTask<RevisionId> Put(string id, RevisionId? parent, DocumentBody body, Viewer? by)
    {
        var (revision, change) = Documents.Put(id, parent, body, by);
        await Tell(change, revision);
        return revision;
    }

    /// <summary>Writes a replicated revision and tells the webhooks, unless it was there already.</summary>
    public async ValueTask<RevisionId> PutExisting(string id, IReadOnlyList<RevisionId> history, DocumentBody body, Viewer? by)
    {
        if (Documents.PutExisting(id, history, body, by) is { } change)
        {
            await Tell(change, history[0]);
        }

        return history[0];
    }

    public async ValueTask DisposeAsync()
    {
        await online.CancelAsync();
        await expiry.DisposeAsync();
        await Webhooks.DisposeAsync();
    }

    private StoreLimits LimitsOf(DatabaseConfiguration configuration)
    {
        try
        {
            return new(configuration.RevisionsLimit, configuration.AllowConflicts, emulator.Options.LargestDocument, new SyncFunction(configuration.Sync));
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException($"sync function error: {error.Message}", error);
        }
    }

    private Task Tell(DocumentChange change, RevisionId written)
    {
        Interlocked.Increment(ref writes);
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
            await Put(id, revision, DocumentBody.Tombstone, by: null);
        }
        catch (Refusal)
        {
            // Someone wrote it in this very moment, and with that decided anew when it expires.
        }
    }
}
