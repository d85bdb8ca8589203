using System.Globalization;
using System.Text.Json;
using OfflineActions.Emulators.Principals;

namespace OfflineActions.Emulators.Configuration;

/// <summary>Reads the JSON of a configuration.</summary>
internal static class ConfigurationReader
{
    /// <exception cref="FormatException">A setting is unknown or has the wrong type.</exception>
    public static ServerConfiguration Server(JsonElement json)
    {
        var section = ConfigurationSchema.OfServer(json);
        var databases = section.Members("databases").Select(member => (Name: member.Name, member.Value)).ToList();
        return new()
        {
            Interface = section.Text("interface"),
            AdminInterface = section.Text("adminInterface"),
            MetricsInterface = section.Text("metricsInterface"),
            CompressResponses = section.Flag("compressResponses") ?? true,
            HideVersion = section.Flag("hide_product_version") ?? false,
            LongestHeartbeat = section.Number("maxHeartbeat") is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Cors = section.Value("cors") is { } cors ? ServerCors(ConfigurationSchema.OfServerCors(cors)) : null,
            Databases = [.. databases.Select(database => Database(database.Value, database.Name))],
            Ignored = [.. section.Ignored, .. databases.SelectMany(one => ConfigurationSchema.OfDatabase(one.Value, one.Name).Ignored)],
        };
    }

    /// <exception cref="DatabaseLoadException">Sync Gateway would not load the database.</exception>
    /// <exception cref="FormatException">A setting is unknown or has the wrong type.</exception>
    public static DatabaseConfiguration Database(JsonElement json, string name)
    {
        var section = ConfigurationSchema.OfDatabase(json, name);
        if (section.Flag("enable_shared_bucket_access") == true)
        {
            throw new FormatException($"{section.Name("enable_shared_bucket_access")} does not work without Couchbase Server");
        }

        var events = section.Value("event_handlers") is { } handlers
            ? ConfigurationSchema.OfEvents(handlers, section.Name("event_handlers"))
            : ConfigurationSchema.OfEvents(JsonSerializer.SerializeToElement(new { }), "");
        return new(name)
        {
            Collections = Collections(section),
            RevisionsLimit = RevisionsLimit(section),
            AllowConflicts = section.Flag("allow_conflicts") ?? true,
            Offline = section.Flag("offline") ?? false,
            Users = Users(section),
            Roles = [.. section.Members("roles").Select(role => PrincipalChange.Read(role.Value, role.Name, isUser: false))],
            MaxProcesses = events.Number("max_processes") is > 0 and var processes ? processes : 500,
            WaitForProcess = int.TryParse(events.Text("wait_for_process"), NumberStyles.None, CultureInfo.InvariantCulture, out var wait)
                ? wait
                : 100,
            Webhooks = EventHandlers.Read(events, "document_changed", name),
            StateWebhooks = EventHandlers.Read(events, "db_state_changed", name),
            LocalLifetime = section.Number("local_doc_expiry_secs") is { } local ? TimeSpan.FromSeconds(local) : TimeSpan.FromDays(90),
            OldRevisionLifetime = TimeSpan.FromSeconds(section.Number("old_rev_expiry_seconds") ?? 300),
            CookieName = section.Text("session_cookie_name") is { Length: > 0 } cookie ? cookie : DatabaseConfiguration.DefaultCookieName,
            CookieHttpOnly = section.Flag("session_cookie_http_only") ?? false,
            CookieSecure = section.Flag("session_cookie_secure") ?? false,
            ShowRealm = section.Flag("send_www_authenticate_header") ?? true,
            ServeInsecureTypes = section.Flag("serve_insecure_attachment_types") ?? false,
            AllowEmptyPassword = section.Flag("allow_empty_password") ?? false,
            DisablePublicAllDocuments = section.Flag("disable_public_all_docs") ?? false,
            Cors = section.Value("cors") is { } cors ? DatabaseCors(ConfigurationSchema.OfCors(cors, section.Name("cors"))) : null,
            Given = json,
        };
    }

    private static int RevisionsLimit(ConfigurationSection database)
    {
        var allowsConflicts = database.Flag("allow_conflicts") ?? true;
        var limit = database.Number("revs_limit") ?? (allowsConflicts ? 100 : 50);
        var problem = allowsConflicts && limit < 20 ? "cannot be set lower than 20."
            : limit < 1 ? "must be greater than zero."
            : null;
        return problem is null ? limit : throw new DatabaseLoadException(
            database.Name("revs_limit"), $"The revs_limit ({limit}) value in your Sync Gateway configuration {problem}");
    }

    private static IReadOnlyList<CollectionConfiguration> Collections(ConfigurationSection database)
    {
        var scopes = database.Members("scopes").ToList();
        if (scopes.Count == 0)
        {
            return [new(CollectionConfiguration.Default, CollectionConfiguration.Default, database.Text("sync"))];
        }

        var scope = scopes.Count == 1 ? scopes[0] : throw new FormatException($"{database.Name("scopes")} has more than one scope");
        var collections = ConfigurationSchema.OfScope(scope.Value, $"{database.Name("scopes")}.{scope.Name}");
        return
        [
            .. collections.Members("collections").Select(collection => new CollectionConfiguration(
                scope.Name,
                collection.Name,
                ConfigurationSchema.OfCollection(collection.Value, $"{collections.Name("collections")}.{collection.Name}").Text("sync"))),
        ];
    }

    /// <summary>The users, <c>GUEST</c> first: it takes the first sequence.</summary>
    private static IReadOnlyList<PrincipalChange> Users(ConfigurationSection section)
    {
        var guest = section.Value("guest") is { } given ? PrincipalChange.Read(given, User.GuestName, isUser: true) : null;
        var users = section.Members("users").Select(user => PrincipalChange.Read(user.Value, user.Name, isUser: true)).ToList();
        guest ??= users.Find(user => user.Name == User.GuestName);
        return
        [
            (guest ?? new(User.GuestName, IsUser: true)) with { Disabled = guest?.Disabled ?? guest is null },
            .. users.Where(user => user.Name != User.GuestName),
        ];
    }

    private static CorsConfiguration ServerCors(ConfigurationSection section) =>
        new(section.Texts("origin"), section.Texts("loginOrigin"), section.Texts("headers"), section.Number("maxAge") ?? 0);

    private static CorsConfiguration DatabaseCors(ConfigurationSection section) =>
        new(section.Texts("origin"), section.Texts("login_origin"), section.Texts("headers"), section.Number("max_age") ?? 0);
}
