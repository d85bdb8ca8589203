using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>Binds options to the configuration without passing over anything.</summary>
public static class SectionExtensions
{
    /// <summary>
    /// Binds <typeparamref name="TOptions"/> to a section and validates them at the start. Beside what their own validation finds, a key
    /// that is not known and a value that cannot be read are mistakes, and all of them are told together.
    /// </summary>
    /// <param name="services">The services of the process.</param>
    /// <param name="section">The section's name.</param>
    public static OptionsBuilder<TOptions> AddSection<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddSingleton<IValidateOptions<TOptions>>(provider => new SectionValidation<TOptions>(SectionOf(provider)));
        return services.AddOptions<TOptions>()
            .Configure<IServiceProvider>((options, provider) => SectionOf(provider).Readable().Bind(options))
            .ValidateDataAnnotations()
            .ValidateOnStart();

        Section SectionOf(IServiceProvider provider) =>
            new(provider.GetRequiredService<IConfiguration>().GetSection(section), typeof(TOptions));
    }
}

internal sealed class SectionValidation<TOptions>(Section section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        string[] mistakes = [.. section.Mistakes()];
        return mistakes is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
