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
            Cors = section.Value("cors") is { } cors ? Cors(ConfigurationSchema.OfCors(cors)) : null,
            Databases = [.. databases.Select(database => Database(database.Value, database.Name))],
            Ignored = [.. section.Ignored, .. databases.SelectMany(one => ConfigurationSchema.OfDatabase(one.Value, one.Name).Ignored)],
        };
    }

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
            RevisionsLimit = Math.Max(section.Number("revs_limit") ?? (section.Flag("allow_conflicts") == false ? 50 : 100), 1),
            AllowConflicts = section.Flag("allow_conflicts") ?? true,
            Offline = section.Flag("offline") ?? false,
            Users = Users(section),
            Roles = [.. section.Members("roles").Select(role => PrincipalChange.Read(role.Value, role.Name, isUser: false))],
            MaxProcesses = events.Number("max_processes") is > 0 and var processes ? processes : 500,
            WaitForProcess = int.TryParse(events.Text("wait_for_process"), NumberStyles.None, CultureInfo.InvariantCulture, out var wait)
                ? wait
                : 100,
            Webhooks = [.. events.Elements("document_changed").Select(one => Webhook(one, events.Name("document_changed"), name))],
            StateWebhooks = [.. events.Elements("db_state_changed").Select(one => Webhook(one, events.Name("db_state_changed"), name))],
            LocalLifetime = section.Number("local_doc_expiry_secs") is { } local ? TimeSpan.FromSeconds(local) : TimeSpan.FromDays(90),
            OldRevisionLifetime = TimeSpan.FromSeconds(section.Number("old_rev_expiry_seconds") ?? 300),
            CookieName = section.Text("session_cookie_name") is { Length: > 0 } cookie ? cookie : DatabaseConfiguration.DefaultCookieName,
            CookieHttpOnly = section.Flag("session_cookie_http_only") ?? false,
            CookieSecure = section.Flag("session_cookie_secure") ?? false,
            ShowRealm = section.Flag("send_www_authenticate_header") ?? true,
            ServeInsecureTypes = section.Flag("serve_insecure_attachment_types") ?? false,
            AllowEmptyPassword = section.Flag("allow_empty_password") ?? false,
            DisablePublicAllDocuments = section.Flag("disable_public_all_docs") ?? false,
            Given = json,
        };
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

    private static CorsConfiguration Cors(ConfigurationSection section) =>
        new(section.Texts("origin"), section.Texts("loginOrigin"), section.Texts("headers"), section.Number("maxAge") ?? 0);

    private static WebhookOptions Webhook(JsonElement json, string path, string database)
    {
        var section = ConfigurationSchema.OfEvent(json, path);
        if (section.Text("handler") is not "webhook")
        {
            throw new FormatException($"{section.Name("handler")} is not \"webhook\"");
        }

        var winnersOnly = false;
        foreach (var option in section.Members("options"))
        {
            winnersOnly = option.Name == "winning_rev_only" && option.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? option.Value.GetBoolean()
                : throw new FormatException($"{section.Name("options")}.{option.Name} is not an option of a webhook, or not true or false");
        }

        return new()
        {
            Url = Uri.TryCreate(section.Text("url"), UriKind.Absolute, out var url)
                ? url.OriginalString
                : throw new FormatException($"{section.Name("url")} is not a URL"),
            Filter = section.Text("filter"),
            Timeout = section.Number("timeout") ?? 60,
            Database = database,
            WinningRevOnly = winnersOnly,
        };
    }
}
