using System.Text.Json;
using OfflineActions.Emulators.Principals;

namespace OfflineActions.Emulators.Configuration;

/// <summary>The configuration of a database.</summary>
internal sealed record DatabaseConfiguration(string Name)
{
    public const string DefaultCookieName = "SyncGatewaySession";

    /// <summary>The collections, all in one scope; by default only the default collection.</summary>
    public IReadOnlyList<CollectionConfiguration> Collections { get; init; } =
        [new(CollectionConfiguration.Default, CollectionConfiguration.Default, Sync: null)];

    public int RevisionsLimit { get; init; } = 50;

    public bool AllowConflicts { get; init; }

    public bool Offline { get; init; }

    /// <summary>The users, including <c>GUEST</c>, in the order in which they take sequences.</summary>
    public IReadOnlyList<PrincipalChange> Users { get; init; } = [];

    public IReadOnlyList<PrincipalChange> Roles { get; init; } = [];

    public int MaxProcesses { get; init; } = 500;

    public int WaitForProcess { get; init; } = 100;

    public IReadOnlyList<WebhookOptions> Webhooks { get; init; } = [];

    public IReadOnlyList<WebhookOptions> StateWebhooks { get; init; } = [];

    public TimeSpan LocalLifetime { get; init; } = TimeSpan.FromDays(90);

    public TimeSpan OldRevisionLifetime { get; init; } = TimeSpan.FromSeconds(300);

    public string CookieName { get; init; } = DefaultCookieName;

    public bool CookieHttpOnly { get; init; }

    public bool CookieSecure { get; init; }

    /// <summary>Whether a 401 has a <c>WWW-Authenticate</c> header.</summary>
    public bool ShowRealm { get; init; } = true;

    /// <summary>Whether attachments that a browser could run as a page are served inline.</summary>
    public bool ServeInsecureTypes { get; init; }

    public bool AllowEmptyPassword { get; init; }

    public bool DisablePublicAllDocuments { get; init; }

    /// <summary>The CORS configuration; null for that of the server.</summary>
    public CorsConfiguration? Cors { get; init; }

    /// <summary>The configuration as JSON, for <c>/{db}/_config</c>.</summary>
    public required JsonElement Given { get; init; }

    /// <summary>Creates the configuration of a database from options.</summary>
    public static DatabaseConfiguration From(string name, SyncGatewayEmulatorOptions options) => new(name)
    {
        Collections =
        [
            .. options.Collections.DefaultIfEmpty(CollectionConfiguration.DefaultName).Select(collection => collection.Split('.', 2))
                .Select(parts => new CollectionConfiguration(parts[0], parts[^1], options.SyncFunction)),
        ],
        Given = DatabaseSettings.Write(name, options),
        RevisionsLimit = options.RevisionsLimit,
        AllowConflicts = options.AllowConflicts,
        MaxProcesses = options.MaxProcesses,
        WaitForProcess = options.WaitForProcess,
        Users =
        [
            .. options.Guest ? [WithAllChannels(new(User.GuestName, IsUser: true), options)] : Array.Empty<PrincipalChange>(),
            .. options.Users.Select(user => WithAllChannels(new(user.Key, IsUser: true) { Password = user.Value }, options)),
        ],
    };

    private static PrincipalChange WithAllChannels(PrincipalChange user, SyncGatewayEmulatorOptions options) => user with
    {
        AdminChannels = options.Collections.DefaultIfEmpty(CollectionConfiguration.DefaultName)
            .ToDictionary(collection => collection, _ => (IReadOnlyList<string>)[UserAccess.Star]),
    };
}

/// <summary>The configuration of a collection.</summary>
/// <param name="Scope">The name of the scope.</param>
/// <param name="Collection">The name in the scope.</param>
/// <param name="Sync">The source of the sync function; null for the default one.</param>
internal sealed record CollectionConfiguration(string Scope, string Collection, string? Sync)
{
    /// <summary>The name of the default scope and of the default collection.</summary>
    public const string Default = "_default";

    /// <summary>The <see cref="Name"/> of the default collection.</summary>
    public const string DefaultName = Default + "." + Default;

    /// <summary><c>scope.collection</c>.</summary>
    public string Name => $"{Scope}.{Collection}";
}
