using Microsoft.Extensions.Options;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>Finds every mistake in <see cref="SwapiOptions"/> at once, and says of each which key to change and how.</summary>
internal sealed class SwapiOptionsValidation(IConfiguration configuration) : IValidateOptions<SwapiOptions>
{
    private const string Addresses = $"{SwapiOptions.Section}:{nameof(SwapiOptions.BaseAddresses)}";

    public ValidateOptionsResult Validate(string? name, SwapiOptions options)
    {
        string[] mistakes = [.. InAddresses(options), .. InTimes(options), .. InNumbers(options)];

        return mistakes is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private IEnumerable<string> InAddresses(SwapiOptions options)
    {
        // No message shows an address: it may hold a password.
        if (options.BaseAddresses is { Count: 0 })
        {
            yield return $"{Addresses} is empty: give at least one address, or leave it out to ask the public instances.";
        }

        // As they were written, because binding drops those it cannot read, of which its own check tells; set in code, they are in no configuration.
        var given = configuration.GetSection(Addresses).GetChildren().Select(item => (item.Path, item.Value)).ToArray();
        if (given is [])
        {
            given = [.. (options.BaseAddresses ?? []).Select((address, index) => ($"{Addresses}:{index}", (string?)address.OriginalString))];
        }

        foreach (var (path, value) in given)
        {
            if (Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out var address)
                && address is not { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" })
            {
                yield return $"{path} is no plain web address: make it absolute, http or https, without user, query and fragment, like https://swapi.dev/api/.";
            }
        }
    }

    private static IEnumerable<string> InTimes(SwapiOptions options)
    {
        if (options.AttemptTimeout < TimeSpan.FromMilliseconds(10) || options.AttemptTimeout > TimeSpan.FromHours(1))
        {
            yield return Wrong(nameof(options.AttemptTimeout), options.AttemptTimeout, "between 00:00:00.010 and 01:00:00, like 00:00:03");
        }

        if (options.TotalTimeout < TimeSpan.FromMilliseconds(10) || options.TotalTimeout > TimeSpan.FromHours(1))
        {
            yield return Wrong(nameof(options.TotalTimeout), options.TotalTimeout, "between 00:00:00.010 and 01:00:00, like 00:00:20");
        }

        if (options.AttemptTimeout > options.TotalTimeout)
        {
            yield return Wrong(nameof(options.AttemptTimeout), options.AttemptTimeout, $"at most {nameof(options.TotalTimeout)}, which is {options.TotalTimeout}");
        }

        if (options.CacheFor < TimeSpan.FromSeconds(1) || options.CacheFor > TimeSpan.FromDays(365))
        {
            yield return Wrong(nameof(options.CacheFor), options.CacheFor, "between 00:00:01 and 365.00:00:00, like 1.00:00:00, or set Swapi:Cache to false");
        }
    }

    private static IEnumerable<string> InNumbers(SwapiOptions options)
    {
        if (options.Rounds is < 1 or > 10)
        {
            yield return Wrong(nameof(options.Rounds), options.Rounds, "from 1 to 10");
        }

        if (options.RequestsPerSecond is <= 0 or > 100_000 or double.NaN)
        {
            yield return Wrong(nameof(options.RequestsPerSecond), options.RequestsPerSecond, "more than 0 and at most 100000, or leave it out for no limit");
        }

        if (options.CacheEntries is < 1 or > 1_000_000)
        {
            yield return Wrong(nameof(options.CacheEntries), options.CacheEntries, "from 1 to 1000000, or set Swapi:Cache to false");
        }
    }

    private static string Wrong(string key, object value, string fix) =>
        FormattableString.Invariant($"{SwapiOptions.Section}:{key} is {value}: make it {fix}.");
}
