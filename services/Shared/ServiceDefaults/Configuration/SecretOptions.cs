using System.ComponentModel.DataAnnotations;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>The <c>Secrets</c> section of the configuration.</summary>
public sealed class SecretOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Secrets";

    /// <summary>Where the files are, unless <see cref="Directory"/> is set. It need not exist.</summary>
    public const string DefaultDirectory = "/run/secrets/offline-actions";

    internal const string DirectoryKey = $"{Section}:{nameof(Directory)}";

    /// <summary>
    /// A directory of files with settings, each named as the setting's environment variable, for example <c>Bus__Password</c>. It must exist.
    /// Not set, or empty: <see cref="DefaultDirectory"/>.
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>Every file that cannot be read.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var directory = Directory is { Length: > 0 } ? Directory : (System.IO.Directory.Exists(DefaultDirectory) ? DefaultDirectory : null);
        return directory is null ? [] : SecretFiles.FindErrors(directory).Select(error => new ValidationResult(error, [nameof(Directory)]));
    }
}
