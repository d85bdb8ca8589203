using System.Collections.Concurrent;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Scripts;
using OfflineActions.Emulators.Webhooks;

namespace OfflineActions.Emulators.Store;

/// <summary>One database: its documents, its users, its webhooks.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly SyncGatewayEmulator emulator;
    private readonly TimeProvider clock;
    private readonly ITimer expiry;
    private volatile IReadOnlyDictionary<string, DocumentStore> collections;
    private CancellationTokenSource online = new();
    private long writes;

    /// <exception cref="InvalidOperationException">The sync function is none.</exception>
    public Database(DatabaseConfiguration configuration, SyncGatewayEmulator emulator, TimeProvider clock, ILogger log)
    {
        this.emulator = emulator;
        this.clock = clock;
        Started = clock.GetUtcNow();
        Configuration = configuration;
        Sequences = new(new(() => emulator.Faults, clock));
        Principals = new(Sequences);
        collections = Arrange(configuration);
        Sessions = new(clock);
        Webhooks = new(configuration, emulator, log);
        Offline = configuration.Offline;

        // Creating a user takes a sequence, and the user sees itself in the feed there.
        foreach (var principal in configuration.Users.Concat(configuration.Roles))
        {
            Principals.Put(principal);
        }

        expiry = clock.CreateTimer(_ => Expire(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public DatabaseConfiguration Configuration { get; private set; }

    public string Name => Configuration.Name;

    /// <summary>Fires when the database goes away or offline.</summary>
    public CancellationToken Closed => online.Token;

    public DateTimeOffset Started { get; }

    public SequenceIndex Sequences { get; }

    public PrincipalStore Principals { get; }

    public IEnumerable<DocumentStore> Collections => collections.Values;

    public SessionStore Sessions { get; }

    public WebhookQueue Webhooks { get; }

    /// <summary>Design documents by name, as JSON.</summary>
    public ConcurrentDictionary<string, byte[]> Designs { get; } = new(StringComparer.Ordinal);

    public bool Offline { get; private set; }

    /// <summary>How many revisions were accepted.</summary>
    public long Writes => Interlocked.Read(ref writes);

    /// <summary>The name of the collection that a keyspace of this database means, whether it is there or not.</summary>
    public string CollectionOf(string keyspace) => keyspace.Length <= Name.Length
        ? CollectionConfiguration.DefaultName
        : keyspace[(Name.Length + 1)..] is var collection && collection.Contains('.', StringComparison.Ordinal)
            ? collection
            : $"{Configuration.Collections[0].Scope}.{collection}";

    /// <summary>The documents of a keyspace: <c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>; null when there is none of that name.</summary>
    public DocumentStore? Find(string keyspace) => collections.GetValueOrDefault(CollectionOf(keyspace));

    /// <summary>The shortest name of a collection of this database.</summary>
    public string KeyspaceOf(DocumentStore store) => store.Name == CollectionConfiguration.DefaultName ? Name : $"{Name}.{store.Name}";

    /// <summary>Takes another configuration over; documents, users and waiting events stay.</summary>
    /// <exception cref="InvalidOperationException">The sync function is none.</exception>
    public void Reconfigure(DatabaseConfiguration configuration)
    {
        collections = Arrange(configuration);
        Configuration = configuration;
        foreach (var principal in configuration.Users.Where(user => user.Name == User.GuestName))
        {
            Principals.Put(principal);
        }
    }

    /// <summary>Ends every feed, and lets no request in until it is online again.</summary>
    public async Task TakeOfflineAsync(string reason)
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
    public async ValueTask<RevisionId> PutAsync(DocumentStore documents, string id, RevisionId? parent, DocumentBody body, UserAccess? writer)
    {
        var (revision, change) = documents.Put(id, parent, body, writer);
        await TellAsync(change, revision);
        return revision;
    }

    /// <summary>Writes a replicated revision and tells the webhooks, unless it was there already.</summary>
    public async ValueTask<RevisionId> PutExistingAsync(DocumentStore documents, string id, IReadOnlyList<RevisionId> history, DocumentBody body, UserAccess? writer)
    {
        if (documents.PutExisting(id, history, body, writer) is { } change)
        {
            await TellAsync(change, history[0]);
        }

        return history[0];
    }

    public async ValueTask DisposeAsync()
    {
        await online.CancelAsync();
        await expiry.DisposeAsync();
        await Webhooks.DisposeAsync();
    }

    /// <summary>The collections of a configuration; those that are there already keep their documents.</summary>
    /// <exception cref="InvalidOperationException">A sync function is none.</exception>
    private Dictionary<string, DocumentStore> Arrange(DatabaseConfiguration configuration)
    {
        var limits = configuration.Collections.ToDictionary(collection => collection.Name, collection => SettingsOf(configuration, collection));
        return limits.ToDictionary(collection => collection.Key, collection =>
        {
            var store = collections?.GetValueOrDefault(collection.Key) ?? new(collection.Key, collection.Value, Sequences, Principals, clock);
            store.Settings = collection.Value;
            store.Locals.Lifetime = configuration.LocalLifetime;
            store.OldBodyLifetime = configuration.OldRevisionLifetime;
            return store;
        });
    }

    private CollectionSettings SettingsOf(DatabaseConfiguration configuration, CollectionConfiguration collection)
    {
        try
        {
            return new(
                configuration.RevisionsLimit,
                configuration.AllowConflicts,
                emulator.Options.LargestDocument,
                new SyncFunction(collection.Sync, collection.Collection));
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException($"sync function error: {error.Message}", error);
        }
    }

    private Task TellAsync(DocumentChange change, RevisionId written)
    {
        Interlocked.Increment(ref writes);
        emulator.Stats.Written();
        return Webhooks.RaiseAsync(change, written);
    }

    private void Expire()
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (var document in Collections.SelectMany(store => store.Expiries.TakeDue(now)))
        {
            if (document.Read() is { Deleted: false } current && current.Expires is > 0 and var at && at <= now)
            {
                _ = BuryAsync(document, current.Revision);
            }
        }
    }

    private async Task BuryAsync(StoredDocument document, RevisionId revision)
    {
        try
        {
            await PutAsync(document.Store, document.Id, revision, DocumentBody.Tombstone, writer: null);
        }
        catch (HttpError)
        {
            // Someone wrote it in this very moment, and with that decided anew when it expires.
        }
    }
}
