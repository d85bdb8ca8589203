using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>The configuration errors of a process.</summary>
internal static class ConfigurationErrors
{
    /// <summary>
    /// Validates all options that are validated at startup. Each error is listed once; an empty list means that the process can start.
    /// </summary>
    public static IReadOnlyList<string> Find(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (OptionsValidationException error)
        {
            return List([error]);
        }
        catch (AggregateException errors) when (errors.InnerExceptions.All(error => error is OptionsValidationException))
        {
            return List(errors.InnerExceptions.Cast<OptionsValidationException>());
        }
    }

    // Options that depend on other options repeat the errors of those.
    private static string[] List(IEnumerable<OptionsValidationException> errors) =>
        [.. errors.SelectMany(error => error.Failures).Distinct()];
}
