using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Hosting;
using OfflineActions.Emulators.Store;
using OfflineActions.Emulators.Rest;

namespace OfflineActions.Emulators;

/// <summary>A Sync Gateway in memory: public and admin port, webhooks, and faults on demand. Disposing it closes everything.</summary>
public sealed class SyncGatewayEmulator : IAsyncDisposable
{
    private readonly FaultyPorts<SyncGatewayFaults> ports;
    private readonly ILogger log;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private volatile Dictionary<string, Database> databases = [];
    private List<WebhookOptions> webhooks;

    /// <exception cref="InvalidOperationException">The configuration is not one.</exception>
    private SyncGatewayEmulator(SyncGatewayEmulatorOptions options, ILoggerFactory loggers, TimeProvider clock)
    {
        log = loggers.CreateLogger<SyncGatewayEmulator>();
        ports = new(loggers);
        Options = options;
        Server = options.ConfigurationFile is { } file ? ConfigurationFile.Load(file) : ServerConfiguration.From(options);
        if (Server.Ignored.Count > 0)
        {
            log.ConfigurationIgnored(string.Join(", ", Server.Ignored));
        }

        this.clock = clock;
        webhooks = [.. options.Webhooks, .. Server.Databases.SelectMany(database => database.Webhooks)];
        databases = Create();
    }

    /// <summary>How it was set up.</summary>
    public SyncGatewayEmulatorOptions Options { get; }

    /// <summary>The clients' port, ending in a slash.</summary>
    public Uri PublicUrl { get; private set; } = null!;

    /// <summary>The administrators' port, ending in a slash.</summary>
    public Uri AdminUrl { get; private set; } = null!;

    /// <summary>The port of metrics, ending in a slash; null when it has none.</summary>
    public Uri? MetricsUrl { get; private set; }

    /// <summary>The port of faults and statistics, ending in a slash; null when it has none.</summary>
    public Uri? ControlUrl { get; private set; }

    /// <summary>What goes wrong. Set its members, or replace it as a whole; either takes effect at once.</summary>
    public SyncGatewayFaults Faults
    {
        get => ports.Faults;
        set => ports.Faults = value;
    }

    /// <summary>What has been counted.</summary>
    public SyncGatewayStats Stats { get; } = new();

    internal ServerConfiguration Server { get; }

    internal IEnumerable<Database> Databases => databases.Values;

    /// <summary>Starts one of its own with one database, <c>db</c>, on free ports of this machine.</summary>
    public static Task<SyncGatewayEmulator> StartAsync() => StartAsync(new() { PublicPort = 0, AdminPort = 0, ControlPort = 0 });

    /// <summary>Starts it; when this returns it answers.</summary>
    /// <param name="options">How to set it up.</param>
    /// <param name="loggers">Where warnings go; nowhere by default.</param>
    /// <param name="clock">The time, for expiry and the feed's lag; the system's by default.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="IOException">A port is taken, or the configuration file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The configuration file or the sync function makes no sense; the message says what.</exception>
    public static async Task<SyncGatewayEmulator> StartAsync(
        SyncGatewayEmulatorOptions options,
        ILoggerFactory? loggers = null,
        TimeProvider? clock = null,
        CancellationToken cancellationToken = default)
    {
        var emulator = new SyncGatewayEmulator(options, loggers ?? NullLoggerFactory.Instance, clock ?? TimeProvider.System);
        try
        {
            await emulator.OpenAsync(cancellationToken);
            return emulator;
        }
        catch
        {
            await emulator.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a receiver of changes.</summary>
    public void AddWebhook(WebhookOptions webhook) => ReplaceWebhooks([.. webhooks, webhook]);

    /// <summary>Sets the receivers of changes, of all databases.</summary>
    public void ReplaceWebhooks(params IReadOnlyList<WebhookOptions> receivers)
    {
        lock (gate)
        {
            webhooks = [.. receivers];
            foreach (var database in databases.Values)
            {
                database.Webhooks.Replace(webhooks.Where(webhook => webhook.Database == database.Name));
            }
        }
    }

    /// <summary>How many revisions of a document were accepted since the start or the last restart.</summary>
    /// <param name="documentId">The document's id.</param>
    /// <param name="keyspace">The database it is in, or <c>db.scope.collection</c>.</param>
    public int WritesOf(string documentId, string keyspace = "db") =>
        Find(keyspace.Split('.')[0])?.Find(keyspace)?.Find(documentId)?.Writes ?? 0;

    /// <summary>Loses every document, every waiting webhook and every connection, as a restart of the real one in memory does.</summary>
    /// <param name="dump">What to start again with; nothing by default.</param>
    /// <exception cref="JsonException">That is no dump; nothing was restarted.</exception>
    public async Task RestartAsync(ReadOnlyMemory<byte> dump = default)
    {
        var contents = dump.Length > 0 ? Store.Dump.Read(dump.Span) : null;
        var fresh = Create();
        try
        {
            foreach (var database in fresh.Values)
            {
                foreach (var store in database.Collections)
                {
                    contents?.GetValueOrDefault(database.KeyspaceOf(store))?.RestoreTo(store);
                }
            }
        }
        catch (JsonException)
        {
            await CloseAsync(fresh);
            throw;
        }

        var old = databases;
        databases = fresh;
        ports.CutConnections();
        await CloseAsync(old);
    }

    /// <summary>Every document with its revisions, and every local one, as JSON that <see cref="RestartAsync"/> takes.</summary>
    public byte[] Dump() => Store.Dump.Write(databases.Values);

    /// <summary>Closes its ports and gives its memory up.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(databases);
        await ports.DisposeAsync();
    }

    internal Database? Find(string name) => databases.GetValueOrDefault(name);

    /// <summary>Adds a database.</summary>
    /// <returns>Whether there was none of that name.</returns>
    /// <exception cref="InvalidOperationException">Its sync function is none.</exception>
    internal bool Add(DatabaseConfiguration configuration)
    {
        lock (gate)
        {
            if (databases.ContainsKey(configuration.Name))
            {
                return false;
            }

            databases = new(databases) { [configuration.Name] = new(configuration, this, clock, log) };
            ReplaceWebhooks([.. webhooks, .. configuration.Webhooks]);
            return true;
        }
    }

    /// <summary>Takes a database away with all that is in it.</summary>
    internal async Task RemoveAsync(Database database)
    {
        lock (gate)
        {
            databases = databases.Where(pair => pair.Value != database).ToDictionary();
        }

        await database.DisposeAsync();
    }

    /// <summary>Sets a database up anew; its documents stay.</summary>
    /// <exception cref="InvalidOperationException">Its sync function is none.</exception>
    internal void Reconfigure(Database database, DatabaseConfiguration configuration)
    {
        database.Reconfigure(configuration);
        lock (gate)
        {
            ReplaceWebhooks([.. webhooks.Where(webhook => webhook.Database != database.Name), .. configuration.Webhooks]);
        }
    }

    private Dictionary<string, Database> Create()
    {
        var created = Server.Databases.ToDictionary(database => database.Name, database => new Database(database, this, clock, log));
        foreach (var database in created.Values)
        {
            database.Webhooks.Replace(webhooks.Where(webhook => webhook.Database == database.Name));
        }

        return created;
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        PublicUrl = await ports.OpenAsync(Options.PublicAddress ?? Options.Address, Options.PublicPort, new RestApi(this, admin: false, log).AnswerAsync, cancellationToken);
        AdminUrl = await ports.OpenAsync(Options.AdminAddress ?? Options.Address, Options.AdminPort, new RestApi(this, admin: true, log).AnswerAsync, cancellationToken);
        if (Options.MetricsPort is { } metrics)
        {
            MetricsUrl = await ports.OpenAsideAsync(Options.MetricsAddress ?? Options.Address, metrics, new MetricsApi(this).AnswerAsync, cancellationToken);
        }

        if (Options.ControlPort is { } control)
        {
            ControlUrl = await ports.OpenAsideAsync(Options.Address, control, new SyncGatewayControl(this).AnswerAsync, cancellationToken);
        }
    }

    private static async Task CloseAsync(Dictionary<string, Database> closing)
    {
        foreach (var database in closing.Values)
        {
            await database.DisposeAsync();
        }
    }
}
