namespace OfflineActions.Emulators.Rest;

/// <summary>The resources that match a path, and the names in the path.</summary>
/// <param name="Resources">The candidates; the first that supports the method is used.</param>
/// <param name="Database">The keyspace, still escaped.</param>
/// <param name="Name">The name after the keyspace, still escaped.</param>
/// <param name="SubName">The name after <paramref name="Name"/>, still escaped.</param>
internal sealed record Route(Resource[] Resources, string Database, string Name, string SubName)
{
    // In the order of Sync Gateway's Allow header.
    private static readonly string[] Known = ["GET", "HEAD", "POST", "PUT", "DELETE"];

    /// <summary>Whether the canonical URL ends in a slash.</summary>
    public bool Slash => Resources[0].Slash;

    /// <summary>1: redirect to the URL with a trailing slash. -1: redirect to the URL without it.</summary>
    public int Redirect { get; init; }

    public Resource? For(string method, bool admin)
    {
        foreach (var resource in Resources)
        {
            if (resource.For(method, admin) is not null)
            {
                return resource;
            }
        }

        return null;
    }

    public string Allow(bool admin) => string.Join(", ", Known.Where(method => For(method, admin) is not null));
}

/// <summary>The handlers of one form of URL.</summary>
/// <param name="Kind">The kind of its requests; writes are recognized by their method.</param>
internal sealed record Resource(RequestKind Kind)
{
    /// <summary>Handlers by method on both ports.</summary>
    public IReadOnlyDictionary<string, Func<RequestContext, Task>> Methods { get; init; } =
        new Dictionary<string, Func<RequestContext, Task>>();

    /// <summary>Handlers of the admin port; they take precedence over <see cref="Methods"/>.</summary>
    public IReadOnlyDictionary<string, Func<RequestContext, Task>> Admin { get; init; } =
        new Dictionary<string, Func<RequestContext, Task>>();

    /// <summary>Handlers of the public port; they take precedence over <see cref="Methods"/>.</summary>
    public IReadOnlyDictionary<string, Func<RequestContext, Task>> Public { get; init; } =
        new Dictionary<string, Func<RequestContext, Task>>();

    /// <summary>Whether the database in the URL must exist.</summary>
    public bool NeedsDatabase { get; init; } = true;

    /// <summary>Whether it is available while the database is offline.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether it is available without a login.</summary>
    public bool Anonymous { get; init; }

    /// <summary>Whether its canonical URL ends in a slash.</summary>
    public bool Slash { get; init; }

    /// <summary>Whether its URL may name a collection after the database.</summary>
    public bool IsInKeyspace { get; init; }

    /// <summary>Whether the name in its URL is taken as it was matched, and not unescaped once more.</summary>
    public bool KeepsName { get; init; }

    /// <summary>Whether HEAD is answered as GET is, without the body.</summary>
    public bool HasHead { get; init; } = true;

    public Func<RequestContext, Task>? For(string method, bool admin) =>
        (admin ? Admin : Public).TryGetValue(method, out var handler)
        || Methods.TryGetValue(method, out handler)
        || (method == "HEAD" && HasHead && (handler = For("GET", admin)) is not null)
            ? handler
            : null;
}
