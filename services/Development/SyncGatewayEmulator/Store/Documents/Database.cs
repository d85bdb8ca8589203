using System.Collections.Concurrent;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Json;
using OfflineActions.Emulators.Principals;
using OfflineActions.Emulators.Scripts;
using OfflineActions.Emulators.Webhooks;

namespace OfflineActions.Emulators.Store;

/// <summary>A database with its collections, users, sessions and webhooks.</summary>
internal sealed class Database : IAsyncDisposable
{
    private readonly SyncGatewayEmulator emulator;
    private readonly TimeProvider clock;
    private readonly ITimer expiry;
    private readonly ILogger log;
    private volatile IReadOnlyDictionary<string, DocumentStore> collections;
    private CancellationTokenSource online = new();
    private long writes;

    /// <exception cref="InvalidOperationException">The sync function is invalid, or the name of the database, a user or a role.</exception>
    public Database(DatabaseConfiguration configuration, SyncGatewayEmulator emulator, TimeProvider clock, ILogger log)
    {
        CheckNames(configuration);
        this.emulator = emulator;
        this.clock = clock;
        this.log = log;
        Started = clock.GetUtcNow();
        Configuration = configuration;
        Sequences = new(new(() => emulator.Faults, clock));
        Principals = new(Sequences);
        collections = CreateCollections(configuration);
        Sessions = new(clock);
        Webhooks = new(configuration, emulator, log);
        Offline = configuration.Offline;

        // Creating a user takes a sequence; the feed of that user has a row for it.
        foreach (var principal in configuration.Users.Concat(configuration.Roles))
        {
            Principals.Put(principal);
        }

        expiry = clock.CreateTimer(_ => Expire(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public DatabaseConfiguration Configuration { get; private set; }

    public string Name => Configuration.Name;

    /// <summary>Cancelled when the database is removed or goes offline.</summary>
    public CancellationToken Closed => online.Token;

    public DateTimeOffset Started { get; }

    /// <summary>When <c>_compact</c> was last called, in UTC; year 1 for never.</summary>
    public DateTimeOffset Compacted { get; private set; }

    public SequenceIndex Sequences { get; }

    public PrincipalStore Principals { get; }

    public IEnumerable<DocumentStore> Collections => collections.Values;

    public SessionStore Sessions { get; }

    public WebhookQueue Webhooks { get; }

    /// <summary>Design documents by name, as JSON.</summary>
    public ConcurrentDictionary<string, byte[]> Designs { get; } = new(StringComparer.Ordinal);

    public bool Offline { get; private set; }

    /// <summary>The number of accepted revisions.</summary>
    public long Writes => Interlocked.Read(ref writes);

    /// <summary>Whether a database may have the name.</summary>
    public static bool IsName(string name) => name.Length > 0 && char.IsAsciiLetterLower(name[0])
        && name.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || "-_$()+/".Contains(one, StringComparison.Ordinal));

    /// <summary>The collection name of a keyspace of this database; the collection need not exist.</summary>
    public string CollectionOf(string keyspace) => keyspace.Length <= Name.Length
        ? CollectionConfiguration.DefaultName
        : keyspace[(Name.Length + 1)..] is var collection && collection.Contains('.', StringComparison.Ordinal)
            ? collection
            : $"{Configuration.Collections[0].Scope}.{collection}";

    /// <summary>
    /// The collection of a keyspace, <c>db</c>, <c>db.collection</c> or <c>db.scope.collection</c>; null when it does not exist.
    /// </summary>
    public DocumentStore? Find(string keyspace) => collections.GetValueOrDefault(CollectionOf(keyspace));

    /// <summary>The shortest keyspace of a collection of this database.</summary>
    public string KeyspaceOf(DocumentStore store) => store.Name == CollectionConfiguration.DefaultName ? Name : $"{Name}.{store.Name}";

    /// <summary>Applies another configuration and keeps documents, users and queued events. New users and roles are added.</summary>
    /// <exception cref="InvalidOperationException">The sync function is invalid.</exception>
    public void Reconfigure(DatabaseConfiguration configuration)
    {
        collections = CreateCollections(configuration);
        Configuration = configuration;
        foreach (var principal in configuration.Users.Concat(configuration.Roles).Where(IsNewOrGuest))
        {
            Principals.Put(principal);
        }

        bool IsNewOrGuest(PrincipalChange principal) => principal.Name == User.GuestName
            || (principal.IsUser ? Principals.FindUser(principal.Name) is null : Principals.FindRole(principal.Name) is null);
    }

    /// <summary>Ends all feeds and rejects requests until the database is online again.</summary>
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

    public void Compact() => Compacted = clock.GetUtcNow();

    /// <summary>Writes a revision and raises the webhook event.</summary>
    public async ValueTask<RevisionId> PutAsync(
        DocumentStore documents, string id, RevisionId? parent, DocumentBody body, UserAccess? writer)
    {
        var (revision, change) = documents.Put(id, parent, body, writer);
        await RaiseAsync(change, revision);
        return revision;
    }

    /// <summary>Writes a replicated revision and raises the webhook event, unless the revision exists already.</summary>
    public async ValueTask<RevisionId> PutExistingAsync(
        DocumentStore documents, string id, IReadOnlyList<RevisionId> history, DocumentBody body, UserAccess? writer)
    {
        if (documents.PutExisting(id, history, body, writer) is { } change)
        {
            await RaiseAsync(change, history[0]);
        }

        return history[0];
    }

    public async ValueTask DisposeAsync()
    {
        await online.CancelAsync();
        await expiry.DisposeAsync();
        await Webhooks.DisposeAsync();
    }

    /// <summary>Creates the collections of a configuration; existing ones keep their documents.</summary>
    /// <exception cref="InvalidOperationException">A sync function is invalid.</exception>
    private static void CheckNames(DatabaseConfiguration configuration)
    {
        if (!IsName(configuration.Name))
        {
            throw new InvalidOperationException($"400 Illegal database name: {configuration.Name}");
        }

        if (configuration.Users.Concat(configuration.Roles).FirstOrDefault(one => !PrincipalChange.IsName(one.Name)) is { } wrong)
        {
            throw new InvalidOperationException(
                $"couldn't create {(wrong.IsUser ? "user" : "role")} {GoText.Quote(wrong.Name)}: invalid name {GoText.Quote(wrong.Name)}");
        }
    }

    private Dictionary<string, DocumentStore> CreateCollections(DatabaseConfiguration configuration)
    {
        var limits =
            configuration.Collections.ToDictionary(collection => collection.Name, collection => SettingsOf(configuration, collection));
        return limits.ToDictionary(collection => collection.Key, collection =>
        {
            var store = collections?.GetValueOrDefault(collection.Key)
                ?? new(collection.Key, collection.Value, Sequences, Principals, clock);
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
                new SyncFunction(collection.Sync, collection.Collection, log));
        }
        catch (InvalidOperationException error)
        {
            throw new InvalidOperationException($"sync function error: {error.Message}", error);
        }
    }

    private Task RaiseAsync(DocumentChange change, RevisionId written)
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
                _ = DeleteExpiredAsync(document, current.Revision);
            }
        }
    }

    private async Task DeleteExpiredAsync(StoredDocument document, RevisionId revision)
    {
        try
        {
            await PutAsync(document.Store, document.DocumentId, revision, DocumentBody.Tombstone, writer: null);
        }
        catch (HttpError)
        {
            // The document was just written, which sets a new expiry.
        }
    }
}
