namespace OfflineActions.Emulators.Wire;

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
