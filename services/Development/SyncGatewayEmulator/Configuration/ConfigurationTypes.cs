using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Configuration;

/// <summary>The types that Sync Gateway reads the configuration of a database into.</summary>
internal static class ConfigurationTypes
{
    private static readonly GoType Number = GoType.Integer("uint32", 0, uint.MaxValue);

    private static readonly GoType Event = GoType.Struct("rest.EventConfig", new Dictionary<string, GoType>
    {
        ["handler"] = GoType.Text,
        ["url"] = GoType.Text,
        ["filter"] = GoType.Text,
        ["timeout"] = GoType.Integer("uint64", 0, ulong.MaxValue),
        ["options"] = GoType.MapOf(GoType.Any),
    });

    private static readonly GoType Events = GoType.Struct("rest.EventHandlerConfig", new Dictionary<string, GoType>
    {
        ["max_processes"] = GoType.Integer("uint", 0, ulong.MaxValue),
        ["wait_for_process"] = GoType.Text,
        ["document_changed"] = GoType.ListOf(Event, "*rest.EventConfig"),
        ["db_state_changed"] = GoType.ListOf(Event, "*rest.EventConfig"),
    });

    private static readonly GoType Collection = GoType.Struct("rest.CollectionConfig", new Dictionary<string, GoType>
    {
        ["sync"] = GoType.Text,
        ["import_filter"] = GoType.Text,
    });

    private static readonly GoType Scope = GoType.Struct("rest.ScopeConfig", new Dictionary<string, GoType>
    {
        ["collections"] = GoType.MapOf(Collection, "rest.CollectionsConfig"),
    });

    /// <summary>The configuration of a database. Settings whose type does not matter here take any value.</summary>
    public static GoType Database { get; } = GoType.Struct("rest.DbConfig", Settings());

    private static Dictionary<string, GoType> Settings()
    {
        var settings = ConfigurationSchema.DatabaseNames.ToDictionary(name => name, _ => GoType.Any, StringComparer.OrdinalIgnoreCase);
        foreach (var name in "name sync server bucket username password session_cookie_name".Split(' '))
        {
            settings[name] = GoType.Text;
        }

        foreach (var name in """
            offline allow_conflicts session_cookie_secure session_cookie_http_only send_www_authenticate_header serve_insecure_attachment_types
            allow_empty_password disable_public_all_docs use_views enable_shared_bucket_access
            """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            settings[name] = GoType.Flag;
        }

        foreach (var name in "revs_limit local_doc_expiry_secs old_rev_expiry_seconds".Split(' '))
        {
            settings[name] = Number;
        }

        settings["users"] = GoType.MapOf(GoTypes.Principal, "map[string]*auth.PrincipalConfig");
        settings["roles"] = settings["users"];
        settings["guest"] = GoTypes.Principal;
        settings["event_handlers"] = Events;
        settings["scopes"] = GoType.MapOf(Scope, "rest.ScopesConfig");
        return settings;
    }
}
