namespace OfflineActions.Worker.Actions.Person;

/// <summary>The <c>Swapi</c> section of the configuration.</summary>
public sealed class SwapiOptions
{
    public const string Section = "Swapi";

    /// <summary>Where SWAPI is asked when <see cref="BaseAddresses"/> says nothing: the public instances, which come and go.</summary>
    public static IReadOnlyList<Uri> PublicInstances { get; } = [new("https://swapi.dev/api/"), new("https://swapi.info/api/")];

    /// <summary>Instances of SWAPI in the order they are asked, with or without a slash at the end; none given means <see cref="PublicInstances"/>.</summary>
    /// <remarks>Null rather than the default itself, because binding appends to a list that already has items.</remarks>
    public IReadOnlyList<Uri>? BaseAddresses { get; init; }

    /// <summary>How long one instance may take for one answer, body included.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long all instances and rounds together may take for one answer.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the whole list of instances is gone through before giving up, from 1 to 10.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Whether answers are kept in memory and requests for the same person share one fetch.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>How many answers are kept at most, from 1 to 1,000,000.</summary>
    public int CacheEntries { get; init; } = 10_000;

    /// <summary>How long a person, or the number of people, is kept.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many requests a second this worker may send to all instances together; no limit when nothing is set.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>The longest a request waits for its turn: no more requests are taken in hand than get theirs within that time.</summary>
    internal TimeSpan LongestQueue => RequestsPerSecond is null ? TimeSpan.Zero : TimeSpan.FromSeconds(5);

    /// <summary>How many requests fit into <see cref="LongestQueue"/>; null when there is no limit.</summary>
    internal int? MaxConcurrency => RequestsPerSecond is { } rate ? (int)Math.Max(1, rate * LongestQueue.TotalSeconds) : null;

    /// <summary>The instances to ask, each ending in a slash so that a path can follow.</summary>
    internal IReadOnlyList<Uri> Hosts =>
        [.. (BaseAddresses ?? PublicInstances).Select(address => new Uri(address.AbsoluteUri.TrimEnd('/') + '/'))];
}
