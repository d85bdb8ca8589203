using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace OfflineActions.ServiceDefaults.Logging;

/// <summary>
/// The log of a service. What is set here are defaults: the keys of <c>Logging</c> override them, for example
/// <c>Logging__Console__FormatterName=json</c> and <c>Logging__LogLevel__MassTransit=Information</c>.
/// </summary>
public static class ServiceLog
{
    private const string FormatterKey = "Logging:Console:FormatterName";

    /// <summary>With the offset, which is +00:00 unless <c>UseUtcTimestamp</c> is false.</summary>
    private const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fffK";

    private static readonly string[] Formatters = [OneLineFormatter.FormatterName, ConsoleFormatterNames.Json];

    internal static void AddServiceLog(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Logging.AddConsole().AddConsoleFormatter<OneLineFormatter, ConsoleFormatterOptions>();
        services.AddDefault<ConsoleLoggerOptions>(console => console.FormatterName = OneLineFormatter.FormatterName);
        services.AddDefault<SimpleConsoleFormatterOptions>(line =>
            (line.UseUtcTimestamp, line.TimestampFormat) = (true, TimestampFormat + " "));
        services.AddDefault<JsonConsoleFormatterOptions>(json =>
            (json.UseUtcTimestamp, json.TimestampFormat, json.IncludeScopes) = (true, TimestampFormat, true));

        // Whatever else is set: one event is one line.
        services.PostConfigure<SimpleConsoleFormatterOptions>(line => line.SingleLine = true);
        services.PostConfigure<JsonConsoleFormatterOptions>(json =>
            json.JsonWriterOptions = json.JsonWriterOptions with { Indented = false });

        services.AddDefaultLogLevel("Microsoft.AspNetCore", LogLevel.Warning);
        services.AddDefaultLogLevel("System.Net.Http.HttpClient", LogLevel.Warning);
        services.AddDefaultLogLevel("MassTransit", LogLevel.Warning);
        services.AddDefaultLogLevel("Yarp", LogLevel.Warning);

        // It warns that its keys are lost with the process. Nothing of ours is protected with them.
        services.AddDefaultLogLevel("Microsoft.AspNetCore.DataProtection", LogLevel.Error);

        // These log every attempt and every probe. The services log each result once.
        services.AddDefaultLogLevel("Polly", LogLevel.None);
        services.AddDefaultLogLevel("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        services.AddSingleton<IValidateOptions<ChosenFormatter>>(provider =>
            new FormatterValidation(provider.GetRequiredService<IConfiguration>()[FormatterKey]));
        services.AddOptions<ChosenFormatter>().ValidateOnStart();
    }

    /// <summary>Sets the lowest level that a category logs, unless the configuration names that category.</summary>
    public static IServiceCollection AddDefaultLogLevel(this IServiceCollection services, string category, LogLevel level) =>
        services.AddDefault<LoggerFilterOptions>(filters => filters.AddFilter(category, level));

    // In front of what binds the options to the configuration: the last one who sets a value wins.
    private static IServiceCollection AddDefault<TOptions>(this IServiceCollection services, Action<TOptions> configure)
        where TOptions : class
    {
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<TOptions>>(new ConfigureOptions<TOptions>(configure)));
        return services;
    }

    private sealed class ChosenFormatter;

    /// <summary>The framework takes its own format for an unknown name. In that one a document's text can begin a line.</summary>
    private sealed class FormatterValidation(string? formatter) : IValidateOptions<ChosenFormatter>
    {
        public ValidateOptionsResult Validate(string? name, ChosenFormatter options) =>
            formatter is null || Formatters.Contains(formatter, StringComparer.OrdinalIgnoreCase)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{FormatterKey} is '{formatter}': make it {string.Join(" or ", Formatters)}.");
    }
}
