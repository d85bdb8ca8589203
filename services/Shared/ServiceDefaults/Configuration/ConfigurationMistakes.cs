using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>What the options of a process find wrong with its configuration.</summary>
internal static partial class ConfigurationMistakes
{
    /// <summary>Every mistake of all options that are validated at the start, once; none when the process can start.</summary>
    public static IReadOnlyList<string> Of(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException error)
        {
            return Told([error]);
        }
        catch (AggregateException errors) when (errors.InnerExceptions.All(error => error is OptionsValidationException))
        {
            return Told(errors.InnerExceptions.Cast<OptionsValidationException>());
        }
    }

    // Options that depend on others repeat what is wrong with those.
    private static string[] Told(IEnumerable<OptionsValidationException> errors) =>
        [.. errors.SelectMany(error => error.Failures).Select(failure => Wrapping().Replace(failure, "${mistake}")).Distinct()];

    // The words of ours are the whole sentence; which class they come from helps nobody who configures.
    [GeneratedRegex("^DataAnnotation validation failed for '[^']*' members: '[^']*' with the error: '(?<mistake>.*)'\\.$")]
    private static partial Regex Wrapping();
}
