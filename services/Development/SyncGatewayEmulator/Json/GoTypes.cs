namespace OfflineActions.Emulators.Json;

/// <summary>The types that Sync Gateway reads request bodies into.</summary>
internal static class GoTypes
{
    /// <summary>A document, and every body without a type of its own.</summary>
    public static GoType Body { get; } = GoType.MapOf(GoType.Any, "db.Body");

    /// <summary>The body of <c>_revs_diff</c>: revision ids by document id.</summary>
    public static GoType Revisions { get; } = GoType.MapOf(GoType.Texts);

    /// <summary>The body of a login on the public port.</summary>
    public static GoType Login { get; } = GoType.Struct(("name", "Name", GoType.Text), ("password", "Password", GoType.Text));

    /// <summary>The body of a session that an administrator begins.</summary>
    public static GoType Session { get; } =
        GoType.Struct(("name", "Name", GoType.Text), ("ttl", "TTL", GoType.Integer("int", long.MinValue, long.MaxValue)));

    /// <summary>The options in the body of <c>_changes</c>.</summary>
    public static GoType Changes { get; } = GoType.Struct(
        ("feed", "Feed", GoType.Text),
        ("since", "Since", new(GoKind.Any, "db.SequenceID")),
        ("limit", "Limit", GoType.Integer("int", long.MinValue, long.MaxValue)),
        ("style", "Style", GoType.Text),
        ("include_docs", "IncludeDocs", GoType.Flag),
        ("filter", "Filter", GoType.Text),
        ("channels", "Channels", GoType.Text),
        ("doc_ids", "DocIds", GoType.Texts),
        ("heartbeat", "HeartbeatMs", Milliseconds()),
        ("timeout", "TimeoutMs", Milliseconds()),
        ("accept_encoding", "AcceptEncoding", GoType.Text),
        ("active_only", "ActiveOnly", GoType.Flag));

    /// <summary>A user or a role.</summary>
    public static GoType Principal { get; } = GoType.Struct(
        "auth.PrincipalConfig",
        new Dictionary<string, GoType>
        {
            ["name"] = GoType.Text,
            ["admin_channels"] = GoType.Set,
            ["collection_access"] = GoType.MapOf(
                GoType.MapOf(Access(), "map[string]*auth.CollectionAccessConfig"), "map[string]map[string]*auth.CollectionAccessConfig"),
            ["email"] = GoType.Text,
            ["disabled"] = GoType.Flag,
            ["password"] = GoType.Text,
            ["admin_roles"] = GoType.Set,
            ["all_channels"] = GoType.Set,
            ["roles"] = GoType.Texts,
            ["jwt_issuer"] = GoType.Text,
            ["jwt_roles"] = GoType.Set,
            ["jwt_channels"] = GoType.Set,
            ["jwt_last_updated"] = GoType.Any,
        });

    private static GoType Access() => GoType.Struct(
        "auth.CollectionAccessConfig",
        new Dictionary<string, GoType>
        {
            ["admin_channels"] = GoType.Set,
            ["all_channels"] = GoType.Set,
            ["jwt_channels"] = GoType.Set,
            ["jwt_last_updated"] = GoType.Any,
        });

    private static GoType Milliseconds() => GoType.Integer("uint64", 0, ulong.MaxValue) with { IsPointer = true };
}
