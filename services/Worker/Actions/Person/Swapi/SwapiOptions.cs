using Microsoft.Extensions.Options;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>The <c>Swapi</c> section of the configuration.</summary>
public sealed class SwapiOptions
{
    public const string Section = "Swapi";

    /// <summary>They are free, and not ours to load.</summary>
    private const int PublicConcurrency = 16;

    /// <summary>The public instances, used when <see cref="BaseAddresses"/> is not set. They come and go.</summary>
    public static IReadOnlyList<Uri> PublicInstances { get; } = [new("https://swapi.dev/api/"), new("https://swapi.info/api/")];

    /// <summary>
    /// Instances of SWAPI in the order of failover, with or without a slash at the end; <see cref="PublicInstances"/> when not set.
    /// </summary>
    /// <remarks>Null rather than the default itself, because binding appends to a list that already has items.</remarks>
    public IReadOnlyList<Uri>? BaseAddresses { get; init; }

    /// <summary>The timeout of one request to one instance, body included.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The timeout over all instances and rounds.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the list of instances is tried, from 1 to 10.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Whether responses are cached in memory and concurrent requests for the same person share one fetch.</summary>
    public bool Cache { get; init; } = true;

    /// <summary>The number of cached responses, from 1 to 1,000,000.</summary>
    public int CacheEntries { get; init; } = 10_000;

    /// <summary>The time to live of a cached response.</summary>
    public TimeSpan CacheFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The rate limit of this worker over all instances, in requests per second; no limit when not set.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>
    /// The longest that a request waits for the rate limit: the worker processes only as many requests as fit into that time.
    /// </summary>
    internal TimeSpan LongestQueue => RequestsPerSecond is null ? TimeSpan.Zero : TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many requests fit into <see cref="LongestQueue"/>; null for as many as the worker processes. The public instances are never
    /// asked for more than a few persons at the same time.
    /// </summary>
    internal int? MaxConcurrency => (RequestsPerSecond, BaseAddresses) switch
    {
        ({ } rate, null) => Math.Min(InQueue(rate), PublicConcurrency),
        ({ } rate, _) => InQueue(rate),
        (null, null) => PublicConcurrency,
        _ => null,
    };

    private int InQueue(double rate) => (int)Math.Max(1, rate * LongestQueue.TotalSeconds);

    /// <summary>The instances, each with a slash at the end so that a path can follow.</summary>
    internal IReadOnlyList<Uri> Hosts =>
        [.. (BaseAddresses ?? PublicInstances).Select(address => new Uri(address.AbsoluteUri.TrimEnd('/') + '/'))];
}

/// <summary>Finds all errors in <see cref="SwapiOptions"/>, each with its key and what to write instead.</summary>
internal sealed class SwapiOptionsValidation(IConfiguration configuration) : IValidateOptions<SwapiOptions>
{
    private const string Addresses = $"{SwapiOptions.Section}:{nameof(SwapiOptions.BaseAddresses)}";

    public ValidateOptionsResult Validate(string? name, SwapiOptions options)
    {
        string[] errors = [.. CheckAddresses(options), .. CheckTimes(options), .. CheckNumbers(options)];

        return errors is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> CheckAddresses(SwapiOptions options)
    {
        // No message shows an address: it may hold a password.
        if (options.BaseAddresses is { Count: 0 })
        {
            yield return $"{Addresses} is empty: give at least one address, or leave it out to ask the public instances.";
        }

        // From the configuration, because binding drops values that are no addresses and so changes the indices. Options that are set in
        // code are in no configuration.
        var addresses = configuration.GetSection(Addresses).GetChildren().Select(item => (item.Path, item.Value)).ToArray();
        if (addresses is [])
        {
            addresses =
            [
                .. (options.BaseAddresses ?? []).Select((address, index) => ($"{Addresses}:{index}", (string?)address.OriginalString)),
            ];
        }

        foreach (var (path, value) in addresses)
        {
            if (Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out var address)
                && address is not { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" })
            {
                yield return $"{path} is not a plain web address: make it absolute, http or https, without user, query and fragment, "
                    + "like https://swapi.dev/api/.";
            }
        }
    }

    private static IEnumerable<string> CheckTimes(SwapiOptions options)
    {
        if (options.AttemptTimeout < TimeSpan.FromMilliseconds(10) || options.AttemptTimeout > TimeSpan.FromHours(1))
        {
            yield return Describe(
                nameof(options.AttemptTimeout),
                options.AttemptTimeout,
                "between 00:00:00.010 and 01:00:00, like 00:00:03");
        }

        if (options.TotalTimeout < TimeSpan.FromMilliseconds(10) || options.TotalTimeout > TimeSpan.FromHours(1))
        {
            yield return Describe(nameof(options.TotalTimeout), options.TotalTimeout, "between 00:00:00.010 and 01:00:00, like 00:00:20");
        }

        if (options.AttemptTimeout > options.TotalTimeout)
        {
            yield return Describe(
                nameof(options.AttemptTimeout),
                options.AttemptTimeout,
                $"at most {nameof(options.TotalTimeout)}, which is {options.TotalTimeout}");
        }

        if (options.CacheFor < TimeSpan.FromSeconds(1) || options.CacheFor > TimeSpan.FromDays(365))
        {
            yield return Describe(
                nameof(options.CacheFor),
                options.CacheFor,
                "between 00:00:01 and 365.00:00:00, like 1.00:00:00, or set Swapi:Cache to false");
        }
    }

    private static IEnumerable<string> CheckNumbers(SwapiOptions options)
    {
        if (options.Rounds is < 1 or > 10)
        {
            yield return Describe(nameof(options.Rounds), options.Rounds, "from 1 to 10");
        }

        if (options.RequestsPerSecond is <= 0 or > 100_000 or double.NaN)
        {
            yield return Describe(
                nameof(options.RequestsPerSecond),
                options.RequestsPerSecond,
                "more than 0 and at most 100000, or leave it out for no limit");
        }

        if (options.CacheEntries is < 1 or > 1_000_000)
        {
            yield return Describe(nameof(options.CacheEntries), options.CacheEntries, "from 1 to 1000000, or set Swapi:Cache to false");
        }
    }

    private static string Describe(string key, object value, string fix) =>
        FormattableString.Invariant($"{SwapiOptions.Section}:{key} is {value}: make it {fix}.");
}
