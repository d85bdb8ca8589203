using System.Text.Json;

namespace OfflineActions.Emulators.Configuration;

/// <summary>The settings in the single-file configuration of Sync Gateway 3.1. Names are case-insensitive, as in Sync Gateway.</summary>
internal static class ConfigurationSchema
{
    private static readonly HashSet<string> Server = Names("""
        interface adminInterface metricsInterface databases cors compressResponses hide_product_version maxHeartbeat disable_persistent_config
        admin_interface_authentication metrics_interface_authentication
        """);

    private static readonly HashSet<string> ServerIgnored = Names("""
        tls_minimum_version use_tls_server server_tls_skip_verify sslCert sslKey serverReadTimeout serverWriteTimeout readHeaderTimeout
        idleTimeout adminUI profileInterface configServer facebook google log logFilePath logging pretty deploymentID statsReportInterval
        couchbaseKeepaliveInterval slowQueryWarningThreshold maxIncomingConnections maxFileDescriptors maxCouchbaseConnections
        maxCouchbaseOverflow cluster_config unsupported replicator_compression bcrypt_cost enable_advanced_auth_dp
        config_upgrade_group_id replications skipRunmodeValidation
        """);

    private static readonly HashSet<string> Database = Names("""
        name sync scopes users roles guest revs_limit event_handlers offline local_doc_expiry_secs old_rev_expiry_seconds session_cookie_name
        session_cookie_secure session_cookie_http_only allow_conflicts send_www_authenticate_header serve_insecure_attachment_types
        allow_empty_password disable_public_all_docs cors server bucket use_views enable_shared_bucket_access
        """);

    private static readonly HashSet<string> DatabaseIgnored = Names("""
        pool username password certpath keypath cacertpath kv_tls_port max_concurrent_query_ops import_docs import_partitions import_filter
        import_backup_old_rev feed_type cache rev_cache_size unsupported oidc local_jwt view_query_timeout_secs num_index_replicas
        bucket_op_timeout_ms slow_query_warning_threshold delta_sync compact_interval_days sgreplicate_enabled
        sgreplicate_websocket_heartbeat_secs replications query_pagination_limit user_xattr_key client_partition_window_secs graphql
        user_functions suspendable javascript_timeout_secs disable_password_auth changes_request_plus logging shadow deprecated_pool
        store_legacy_revtree_data index
        """);

    private static readonly HashSet<string> Events = Names("max_processes wait_for_process document_changed db_state_changed");

    private static readonly HashSet<string> Event = Names("handler url filter timeout options");

    private static readonly HashSet<string> Scope = Names("collections");

    private static readonly HashSet<string> Collection = Names("sync");

    private static readonly HashSet<string> CollectionIgnored = Names("import_filter");

    private static readonly HashSet<string> None = [];

    private static readonly HashSet<string> ServerCors = Names("origin loginOrigin headers maxAge");

    private static readonly HashSet<string> Cors = Names("origin login_origin headers max_age");

    /// <summary>The names of all settings of a database.</summary>
    public static IEnumerable<string> DatabaseNames => Database.Concat(DatabaseIgnored);

    public static ConfigurationSection OfServer(JsonElement json) => new(json, "", Server, ServerIgnored);

    public static ConfigurationSection OfDatabase(JsonElement json, string name) =>
        new(json, $"databases.{name}", Database, DatabaseIgnored);

    public static ConfigurationSection OfScope(JsonElement json, string path) => new(json, path, Scope, None);

    public static ConfigurationSection OfCollection(JsonElement json, string path) => new(json, path, Collection, CollectionIgnored);

    public static ConfigurationSection OfEvents(JsonElement json, string path) => new(json, path, Events, None);

    public static ConfigurationSection OfEvent(JsonElement json, string path) => new(json, path, Event, None);

    /// <summary>The <c>CORS</c> of the server, whose settings have other names than those of a database.</summary>
    public static ConfigurationSection OfServerCors(JsonElement json) => new(json, "CORS", ServerCors, None);

    public static ConfigurationSection OfCors(JsonElement json, string path) => new(json, path, Cors, None);

    private static HashSet<string> Names(string names) =>
        names.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
}

/// <summary>An object of a configuration. Errors name the path of the setting.</summary>
internal sealed class ConfigurationSection
{
    private readonly Dictionary<string, JsonElement> members = new(StringComparer.OrdinalIgnoreCase);
    private readonly string path;

    /// <exception cref="FormatException">Not an object, or a setting is unknown to Sync Gateway.</exception>
    public ConfigurationSection(JsonElement json, string path, IReadOnlySet<string> known, IReadOnlySet<string> ignored)
    {
        this.path = path;
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{Name("")}is not an object");
        }

        foreach (var member in json.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            members[member.Name] = known.Contains(member.Name) || ignored.Contains(member.Name)
                ? member.Value
                : throw new FormatException($"unknown setting {Name(member.Name)}");
        }

        Ignored = [.. members.Keys.Where(ignored.Contains).Select(Name)];
    }

    /// <summary>The settings that have no effect in the emulator.</summary>
    public IReadOnlyList<string> Ignored { get; }

    public JsonElement? Value(string name) => members.TryGetValue(name, out var value) ? value : null;

    public string? Text(string name) => Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(name, "a string");

    public bool? Flag(string name) => Value(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Wrong(name, "true or false");

    public int? Number(string name) => Value(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= 0 ? number
        : throw Wrong(name, "a whole number");

    public IReadOnlyList<string> Texts(string name) => Value(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(one => one.GetString()!)]
            : throw Wrong(name, "an array of strings");

    public IEnumerable<JsonElement> Elements(string name) => Value(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray()
        : throw Wrong(name, "an array");

    public IEnumerable<JsonProperty> Members(string name) => Value(name) is not { } value ? []
        : value.ValueKind == JsonValueKind.Object ? value.EnumerateObject()
        : throw Wrong(name, "an object");

    public string Name(string name) => path.Length == 0 ? name : name.Length == 0 ? path + " " : $"{path}.{name}";

    private FormatException Wrong(string name, string expected) => new($"{Name(name)} is not {expected}");
}
