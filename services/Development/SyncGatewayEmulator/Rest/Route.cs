namespace OfflineActions.Emulators.Rest;

/// <summary>What a path names.</summary>
/// <param name="Resources">What it may be, by method: the first that knows the method counts.</param>
/// <param name="Database">The keyspace, still escaped.</param>
/// <param name="Name">What the path names in it, still escaped.</param>
/// <param name="SubName">What it names in that, still escaped.</param>
internal sealed record Route(Resource[] Resources, string Database, string Name, string SubName)
{
    // The order in which Sync Gateway lists them.
    private static readonly string[] Known = ["GET", "HEAD", "POST", "PUT", "DELETE"];

    /// <summary>Whether the URL ends in a slash.</summary>
    public bool Slash => Resources[0].Slash;

    /// <summary>1: the URL lacks its slash. -1: it has one too much.</summary>
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

/// <summary>What one form of URL answers to.</summary>
/// <param name="Kind">What requests to it count as; writes are told apart by their method.</param>
internal sealed record Resource(RequestKind Kind)
{
    /// <summary>What each method does on both ports. HEAD is GET without its body, unless it is named.</summary>
    public IReadOnlyDictionary<string, Func<RequestContext, Task>> Methods { get; init; } = new Dictionary<string, Func<RequestContext, Task>>();

    /// <summary>What there is on the admin port only, or is different there.</summary>
    public IReadOnlyDictionary<string, Func<RequestContext, Task>> Admin { get; init; } = new Dictionary<string, Func<RequestContext, Task>>();

    /// <summary>What there is on the public port only, or is different there.</summary>
    public IReadOnlyDictionary<string, Func<RequestContext, Task>> Public { get; init; } = new Dictionary<string, Func<RequestContext, Task>>();

    /// <summary>Whether it belongs to a database that must be there.</summary>
    public bool NeedsDatabase { get; init; } = true;

    /// <summary>Whether it answers while its database is offline.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether it answers without a login.</summary>
    public bool Anonymous { get; init; }

    /// <summary>Whether its own URL ends in a slash.</summary>
    public bool Slash { get; init; }

    public Func<RequestContext, Task>? For(string method, bool admin) =>
        (admin ? Admin : Public).TryGetValue(method, out var handler)
        || Methods.TryGetValue(method, out handler)
        || (method == "HEAD" && (handler = For("GET", admin)) is not null)
            ? handler
            : null;
}
