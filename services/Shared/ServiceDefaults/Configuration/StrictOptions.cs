using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>Binds options to the configuration strictly: what the configuration binder ignores is an error.</summary>
public static class StrictOptions
{
    /// <summary>
    /// Binds <typeparamref name="TOptions"/> to a section. All configuration errors are reported together at startup, each with its key:
    /// unknown keys, values that cannot be converted, and what data annotations and other validations of the options find.
    /// </summary>
    /// <remarks>A property is bound to the key of its name, or of its <see cref="ConfigurationKeyNameAttribute"/>.</remarks>
    /// <param name="services">The services of the process.</param>
    /// <param name="section">The section's name.</param>
    public static OptionsBuilder<TOptions> AddSection<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddSingleton<IValidateOptions<TOptions>>(provider => new StrictValidation<TOptions>(CreateSection(provider)));
        return services.AddOptions<TOptions>()
            .Configure<IServiceProvider>((options, provider) => CreateSection(provider).SelectValid().Bind(options))
            .ValidateOnStart();

        StrictSection CreateSection(IServiceProvider provider) =>
            new(provider.GetRequiredService<IConfiguration>().GetSection(section), typeof(TOptions));
    }

    /// <summary>
    /// Binds each section in a section to a <typeparamref name="TOptions"/> of its own. Their names are free. Errors are reported as by
    /// <see cref="AddSection"/>, but data annotations are not looked at: their messages could not name the key.
    /// </summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="section">The section's name.</param>
    public static OptionsBuilder<NamedSections<TOptions>> AddNamedSections<TOptions>(this IServiceCollection services, string section)
        where TOptions : class, new()
    {
        services.AddSingleton<IValidateOptions<NamedSections<TOptions>>>(
            provider => new NamedSectionsValidation<TOptions>(provider.GetRequiredService<IConfiguration>().GetSection(section)));
        return services.AddOptions<NamedSections<TOptions>>()
            .Configure<IConfiguration>((options, configuration) => options.Bind(configuration.GetSection(section)))
            .ValidateOnStart();
    }
}

internal sealed class StrictValidation<TOptions>(StrictSection section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        string[] errors = [.. section.FindErrors(), .. FindAnnotationErrors(options)];
        return errors is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    // The framework's ValidateDataAnnotations wraps each message in a sentence that names the class, which means nothing to an operator.
    private static IEnumerable<string> FindAnnotationErrors(TOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => result.ErrorMessage ?? "");
    }
}
