using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace OfflineActions.Emulators.Hosting;

/// <summary>
/// The settings of one emulator's process: arguments, and environment variables where no argument is given. Unknown and invalid
/// settings are errors.
/// </summary>
internal sealed class EmulatorSettings<TOptions>
    where TOptions : class, new()
{
    private const string Root = "Emulators";

    /// <summary>The sections an environment may hold: emulators started by one script share it.</summary>
    private static readonly string[] Sections = [$"{Root}:SyncGateway", $"{Root}:Swapi"];

    private readonly List<string> errors = [];

    /// <summary>Reads and checks the settings; <see cref="Errors"/> says what is wrong with them.</summary>
    /// <param name="section">The emulator's configuration section.</param>
    /// <param name="arguments">The arguments of the process, for example <c>--Emulators:Swapi:Port=0</c>.</param>
    /// <param name="switches">Short names of arguments, with the setting each stands for.</param>
    /// <param name="complete">Adds settings before they are read, and errors it finds.</param>
    public EmulatorSettings(
        string section,
        string[] arguments,
        Dictionary<string, string>? switches = null,
        Action<IConfiguration, ICollection<string>>? complete = null)
    {
        using var settings = new ConfigurationManager();
        settings.AddEnvironmentVariables().AddCommandLine(arguments, switches);
        var given = new ConfigurationBuilder().AddCommandLine(arguments, switches).Build();
        var names = string.Concat(switches?.Keys.Where(name => name.StartsWith("--", StringComparison.Ordinal)).Select(name => $"{name} FILE or ") ?? []);
        errors.AddRange(given.GetChildren().Where(child => !IsOneOf(child.Key, [Root]))
            .Select(child => $"{child.Key} is not known: write {names}--{section}:…, or remove it."));
        errors.AddRange(given.GetSection(Root).GetChildren().Where(child => !IsOneOf(child.Path, [section]))
            .Concat(settings.GetSection(Root).GetChildren().Where(child => !IsOneOf(child.Path, Sections)))
            .Select(child => child.Path).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(path => $"{path} is not known: use {section}, or remove it."));
        complete?.Invoke(settings, errors);
        Options = Bind(settings.GetSection(section));
        errors.AddRange(MemberChecks.Find(section, Options));
    }

    /// <summary>The settings that were read; defaults where <see cref="Errors"/> is not empty.</summary>
    public TOptions Options { get; }

    /// <summary>Each error with its key; none when the process can start.</summary>
    public IReadOnlyList<string> Errors => errors;

    private static bool IsOneOf(string key, string[] keys) => keys.Contains(key, StringComparer.OrdinalIgnoreCase);

    private TOptions Bind(IConfigurationSection section)
    {
        var unknown = FindUnknown(section, typeof(TOptions)).ToList();
        errors.AddRange(unknown);
        try
        {
            // Without this switch the binder leaves out list elements that it cannot read.
            return unknown.Count > 0 ? new() : section.Get<TOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new();
        }
        catch (InvalidOperationException error)
        {
            // For a list, only the inner exception names the key.
            errors.Add(new[] { error, error.InnerException }.OfType<Exception>()
                .Select(one => one.Message).FirstOrDefault(message => message.Contains(section.Path, StringComparison.OrdinalIgnoreCase))
                    ?? error.Message);
            return new();
        }
    }

    private static IEnumerable<string> FindUnknown(IConfigurationSection section, Type options)
    {
        var known = options.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var given in section.GetChildren())
        {
            var property = Array.Find(known, property => property.Name.Equals(given.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                yield return $"{given.Path} is not known: use one of {string.Join(", ", known.Select(one => one.Name))}, or remove it.";
            }
            else if (MemberChecks.ElementTypeOf(property) is { } element)
            {
                foreach (var error in given.GetChildren().SelectMany(item => FindUnknown(item, element)))
                {
                    yield return error;
                }
            }
        }
    }
}

/// <summary>The text of an IP address.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class IPAddressTextAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null || System.Net.IPAddress.TryParse((string)value, out _)
            ? ValidationResult.Success
            : new($"'{value}' is not an IP address.", [validationContext.MemberName!]);
}

/// <summary>The text of an absolute URL.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AbsoluteUrlAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null || Uri.TryCreate((string)value, UriKind.Absolute, out _)
            ? ValidationResult.Success
            : new("not an absolute URL: make it one like http://host:1234/path.", [validationContext.MemberName!]);
}
