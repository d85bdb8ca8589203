using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using OfflineActions.Emulators.Configuration;
using OfflineActions.Emulators.Hosting;
using OfflineActions.Emulators.Rest;
using OfflineActions.Emulators.Store;

namespace OfflineActions.Emulators;

/// <summary>An in-memory Sync Gateway with public and admin port, webhooks, and faults on demand. Disposing it closes its ports.</summary>
public sealed class SyncGatewayEmulator : IAsyncDisposable
{
    private readonly FaultyPorts<SyncGatewayFaults> ports;
    private readonly ILogger log;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private volatile Dictionary<string, Database> databases = [];
    private List<WebhookOptions> webhooks;

    /// <exception cref="InvalidOperationException">The configuration is invalid.</exception>
    private SyncGatewayEmulator(SyncGatewayEmulatorOptions options, ILoggerFactory loggers, TimeProvider clock)
    {
        MemberChecks.Require("", options);
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

    /// <summary>The options it was started with.</summary>
    public SyncGatewayEmulatorOptions Options { get; }

    /// <summary>The address of the public port, ending in a slash.</summary>
    public Uri PublicUrl { get; private set; } = null!;

    /// <summary>The address of the admin port, ending in a slash.</summary>
    public Uri AdminUrl { get; private set; } = null!;

    /// <summary>The address of the metrics port, ending in a slash; null without a metrics port.</summary>
    public Uri? MetricsUrl { get; private set; }

    /// <summary>The address of the control port, ending in a slash; null without a control port.</summary>
    public Uri? ControlUrl { get; private set; }

    /// <summary>The active faults. Changing a member or replacing the object takes effect immediately.</summary>
    public SyncGatewayFaults Faults
    {
        get => ports.Faults;
        set => ports.Faults = value;
    }

    /// <summary>The request counters.</summary>
    public SyncGatewayStats Stats { get; } = new();

    internal ServerConfiguration Server { get; }

    internal IEnumerable<Database> Databases => databases.Values;

    /// <summary>Starts an emulator with one database, <c>db</c>, on free ports of 127.0.0.1.</summary>
    public static Task<SyncGatewayEmulator> StartAsync() => StartAsync(SyncGatewayEmulatorOptions.OnFreePorts);

    /// <summary>Starts the emulator; it accepts requests when this method returns.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="loggers">Receives warnings; without it they are discarded.</param>
    /// <param name="clock">The clock for expiry and feed lag; the system clock by default.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="IOException">A port is taken, or the configuration file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">
    /// An option, the configuration file or the sync function is invalid; the message says why.
    /// </exception>
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

    /// <summary>Adds a webhook.</summary>
    /// <exception cref="InvalidOperationException">The webhook is invalid.</exception>
    public void AddWebhook(WebhookOptions webhook) => ReplaceWebhooks([.. webhooks, webhook]);

    /// <summary>Replaces the webhooks of all databases.</summary>
    /// <exception cref="InvalidOperationException">A webhook is invalid, and none is replaced.</exception>
    public void ReplaceWebhooks(params IReadOnlyList<WebhookOptions> replacements)
    {
        foreach (var webhook in replacements)
        {
            MemberChecks.Require("", webhook);
        }

        lock (gate)
        {
            webhooks = [.. replacements];
            foreach (var database in databases.Values)
            {
                database.Webhooks.Replace(webhooks.Where(webhook => webhook.Database == database.Name));
            }
        }
    }

    /// <summary>The number of revisions of a document accepted since the start or the last restart.</summary>
    /// <param name="documentId">The id of the document.</param>
    /// <param name="keyspace">The database, or <c>db.scope.collection</c>.</param>
    public int WritesOf(string documentId, string keyspace = "db") =>
        Find(keyspace.Split('.')[0])?.Find(keyspace)?.Find(documentId)?.Writes ?? 0;

    /// <summary>
    /// Discards all documents, queued webhooks and connections, as restarting a real Sync Gateway with in-memory storage does.
    /// </summary>
    /// <param name="dump">The documents to start with; none by default.</param>
    /// <exception cref="JsonException">The dump is invalid; nothing was restarted.</exception>
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
        lock (gate)
        {
            // A database that was created over HTTP ends, and so do its webhooks.
            databases = fresh;
            webhooks = [.. webhooks.Where(webhook => fresh.ContainsKey(webhook.Database) || !old.ContainsKey(webhook.Database))];
        }

        ports.CutConnections();
        await CloseAsync(old);
    }

    /// <summary>All documents with their revisions and all local documents, as JSON for <see cref="RestartAsync"/>.</summary>
    public byte[] Dump() => Store.Dump.Write(databases.Values);

    /// <summary>Closes all ports and databases.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(databases);
        await ports.DisposeAsync();
    }

    internal Database? Find(string name) => databases.GetValueOrDefault(name);

    /// <summary>Adds a database.</summary>
    /// <returns>False when a database of that name exists.</returns>
    /// <exception cref="InvalidOperationException">The sync function is invalid.</exception>
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

    /// <summary>Removes a database, its contents and its webhooks.</summary>
    internal async Task RemoveAsync(Database database)
    {
        lock (gate)
        {
            databases = databases.Where(pair => pair.Value != database).ToDictionary();
            webhooks = [.. webhooks.Where(webhook => webhook.Database != database.Name)];
        }

        await database.DisposeAsync();
    }

    /// <summary>Replaces the configuration of a database and keeps its documents.</summary>
    /// <param name="database">The database.</param>
    /// <param name="configuration">The new configuration.</param>
    /// <param name="keepsWebhooks">Whether the database keeps its webhooks, whatever the configuration says.</param>
    /// <exception cref="InvalidOperationException">The sync function is invalid.</exception>
    internal void Reconfigure(Database database, DatabaseConfiguration configuration, bool keepsWebhooks)
    {
        database.Reconfigure(configuration);
        if (keepsWebhooks)
        {
            return;
        }

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
            MetricsUrl = await ports.OpenReliableAsync(Options.MetricsAddress ?? Options.Address, metrics, new MetricsApi(this).AnswerAsync, cancellationToken);
        }

        if (Options.ControlPort is { } control)
        {
            ControlUrl =
                await ports.OpenReliableAsync(Options.Address, control, new SyncGatewayControl(this).AnswerAsync, cancellationToken);
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
