using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>A section whose keys are names that the operator chose, each with a section of its own.</summary>
/// <typeparam name="TOptions">What each of those sections is bound to.</typeparam>
public sealed class NamedSections<TOptions>
    where TOptions : class, new()
{
    /// <summary>How many names there may be. Each search in the configuration takes longer the more keys it has.</summary>
    internal const int MaxNames = 500;

    private readonly SortedDictionary<string, TOptions> byName = new(StringComparer.Ordinal);

    /// <summary>
    /// The options of each name. The names are in lower case, because the configuration takes <c>Report</c> and <c>report</c> for one key.
    /// </summary>
    public IReadOnlyDictionary<string, TOptions> ByName => byName;

    internal void Bind(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren().Take(MaxNames))
        {
            var options = new TOptions();
            new StrictSection(child, typeof(TOptions)).SelectValid().Bind(options);
            byName[child.Key.ToLowerInvariant()] = options;
        }
    }
}

internal sealed class NamedSectionsValidation<TOptions>(IConfigurationSection section) : IValidateOptions<NamedSections<TOptions>>
    where TOptions : class, new()
{
    public ValidateOptionsResult Validate(string? name, NamedSections<TOptions> options)
    {
        string[] errors = [.. FindErrors()];
        return errors is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> FindErrors()
    {
        if (section.Value is { Length: > 0 })
        {
            return [$"{section.Path} is a section of named sections, but is given as one value: remove it."];
        }

        IConfigurationSection[] children = [.. section.GetChildren()];
        return children.Length > NamedSections<TOptions>.MaxNames
            ? [$"{section.Path} has {children.Length} sections: make it {NamedSections<TOptions>.MaxNames} or fewer."]
            : children.SelectMany(child => child.Value is { Length: > 0 }
                ? [$"{child.Path} is a section, but is given as one value: give its settings as {child.Path}:…"]
                : new StrictSection(child, typeof(TOptions)).FindErrors());
    }
}
