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

    private static readonly GoType Cors = GoType.Struct("auth.CORSConfig", new Dictionary<string, GoType>
    {
        ["origin"] = GoType.Texts,
        ["login_origin"] = GoType.Texts,
        ["headers"] = GoType.Texts,
        ["max_age"] = GoType.Integer("int", long.MinValue, long.MaxValue),
    });

    /// <summary>The configuration of a database. Settings whose type does not matter here take any value.</summary>
    public static GoType Database { get; } = GoType.Struct("rest.DbConfig", Settings());

    private static Dictionary<string, GoType> Settings()
    {
        var settings = ConfigurationSchema.DatabaseNames.ToDictionary(name => name, _ => GoType.Any, StringComparer.OrdinalIgnoreCase);
        foreach (var name in Names("""
            name sync server pool bucket username password certpath keypath cacertpath session_cookie_name import_filter feed_type user_xattr_key
            """))
        {
            settings[name] = GoType.Text;
        }

        foreach (var name in Names("""
            offline allow_conflicts session_cookie_secure session_cookie_http_only send_www_authenticate_header serve_insecure_attachment_types
            allow_empty_password disable_public_all_docs use_views enable_shared_bucket_access import_backup_old_rev disable_password_auth
            sgreplicate_enabled suspendable changes_request_plus
            """))
        {
            settings[name] = GoType.Flag;
        }

        foreach (var name in Names("""
            revs_limit local_doc_expiry_secs old_rev_expiry_seconds rev_cache_size view_query_timeout_secs bucket_op_timeout_ms
            slow_query_warning_threshold javascript_timeout_secs
            """))
        {
            settings[name] = Number;
        }

        foreach (var name in Names("""
            kv_tls_port max_concurrent_query_ops sgreplicate_websocket_heartbeat_secs query_pagination_limit client_partition_window_secs
            """))
        {
            settings[name] = GoType.Integer("int", long.MinValue, long.MaxValue);
        }

        settings["import_partitions"] = GoType.Integer("uint16", 0, ushort.MaxValue);
        settings["num_index_replicas"] = GoType.Integer("uint", 0, ulong.MaxValue);

        settings["users"] = GoType.MapOf(GoTypes.Principal, "map[string]*auth.PrincipalConfig");
        settings["roles"] = settings["users"];
        settings["guest"] = GoTypes.Principal;
        settings["event_handlers"] = Events;
        settings["cors"] = Cors;
        settings["scopes"] = GoType.MapOf(Scope, "rest.ScopesConfig");
        return settings;
    }

    private static string[] Names(string names) => names.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
