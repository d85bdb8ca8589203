using System.Text.Json;
using OfflineActions.Emulators.Principals;

namespace OfflineActions.Emulators.Configuration;

/// <summary>How one database is set up.</summary>
internal sealed record DatabaseConfiguration(string Name)
{
    /// <summary>Its collections, all in one scope: the default one unless others are named.</summary>
    public IReadOnlyList<CollectionConfiguration> Collections { get; init; } =
        [new(CollectionConfiguration.Default, CollectionConfiguration.Default, Sync: null)];

    public int RevisionsLimit { get; init; } = 50;

    public bool AllowConflicts { get; init; }

    public bool Offline { get; init; }

    /// <summary>Users, with <c>GUEST</c> among them, in the order in which they take sequences.</summary>
    public IReadOnlyList<PrincipalChange> Users { get; init; } = [];

    public IReadOnlyList<PrincipalChange> Roles { get; init; } = [];

    public int MaxProcesses { get; init; } = 500;

    public int WaitForProcess { get; init; } = 100;

    public IReadOnlyList<WebhookOptions> Webhooks { get; init; } = [];

    public IReadOnlyList<WebhookOptions> StateWebhooks { get; init; } = [];

    public TimeSpan LocalLifetime { get; init; } = TimeSpan.FromDays(90);

    public TimeSpan OldRevisionLifetime { get; init; } = TimeSpan.FromSeconds(300);

    public string CookieName { get; init; } = "SyncGatewaySession";

    public bool CookieHttpOnly { get; init; }

    public bool CookieSecure { get; init; }

    /// <summary>Whether a 401 names the Basic realm.</summary>
    public bool ShowRealm { get; init; } = true;

    /// <summary>Whether browsers may render attachments of any type.</summary>
    public bool ServeInsecureTypes { get; init; }

    public bool AllowEmptyPassword { get; init; }

    public bool DisablePublicAllDocuments { get; init; }

    /// <summary>As it was given, for whoever asks.</summary>
    public JsonElement? Given { get; init; }

    /// <summary>A database of an emulator that is set up in code.</summary>
    public static DatabaseConfiguration From(string name, SyncGatewayEmulatorOptions options) => new(name)
    {
        Collections =
        [
            .. options.Collections.DefaultIfEmpty(CollectionConfiguration.DefaultName).Select(collection => collection.Split('.', 2))
                .Select(parts => new CollectionConfiguration(parts[0], parts[^1], options.SyncFunction)),
        ],
        RevisionsLimit = options.RevisionsLimit,
        AllowConflicts = options.AllowConflicts,
        MaxProcesses = options.MaxProcesses,
        WaitForProcess = options.WaitForProcess,
        Users =
        [
            .. options.Guest ? [Seeing(new(User.GuestName, IsUser: true), options)] : Array.Empty<PrincipalChange>(),
            .. options.Users.Select(user => Seeing(new(user.Key, IsUser: true) { Password = user.Value }, options)),
        ],
    };

    private static PrincipalChange Seeing(PrincipalChange user, SyncGatewayEmulatorOptions options) => user with
    {
        AdminChannels = options.Collections.DefaultIfEmpty(CollectionConfiguration.DefaultName)
            .ToDictionary(collection => collection, _ => (IReadOnlyList<string>)[UserAccess.Star]),
    };
}

/// <summary>How one collection of a database is set up.</summary>
/// <param name="Scope">The scope it is in.</param>
/// <param name="Collection">Its name there.</param>
/// <param name="Sync">Its sync function's source; null for the usual one.</param>
internal sealed record CollectionConfiguration(string Scope, string Collection, string? Sync)
{
    /// <summary>The name of the default scope, and of the collection that a database has when nothing is said.</summary>
    public const string Default = "_default";

    /// <summary>The default collection by its <see cref="Name"/>.</summary>
    public const string DefaultName = Default + "." + Default;

    /// <summary><c>scope.collection</c>.</summary>
    public string Name => $"{Scope}.{Collection}";
}
