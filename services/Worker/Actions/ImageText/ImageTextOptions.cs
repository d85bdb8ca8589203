using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>The <c>ImageText</c> section of the configuration.</summary>
public sealed partial class ImageTextOptions : IValidatableObject
{
    public const string Section = "ImageText";

    /// <summary>The languages when none are set, as far as they are installed.</summary>
    public static IReadOnlyList<string> DefaultLanguages { get; } = ["eng", "deu"];

    /// <summary>The program: a path, or a name that is looked up in the directories of PATH.</summary>
    public string Tesseract { get; init; } = "tesseract";

    /// <summary>
    /// The languages that a document may ask for, as Tesseract names them (<c>eng</c>). Each must be installed. When not set, those of
    /// <see cref="DefaultLanguages"/> that are installed. A document that names none gets all of them.
    /// </summary>
    /// <remarks>Null rather than the default itself, because binding appends to a list that already has items.</remarks>
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>The largest picture, in bytes.</summary>
    [Range(1, 1 << 30, ErrorMessage = "ImageText:MaxBytes must be from 1 to 1073741824.")]
    public int MaxBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>The largest picture, in pixels. They are counted before the picture is decoded.</summary>
    [Range(1L, 1_000_000_000L, ErrorMessage = "ImageText:MaxPixels must be from 1 to 1000000000.")]
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>How long Tesseract may work on one picture. It is killed then, and the request is tried again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ErrorMessage = "ImageText:Timeout must be from 00:00:00.100 to 00:01:00.")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How much address space Tesseract may use for one picture, in bytes. Linux only, with the program prlimit.</summary>
    [Range(1L << 20, 1L << 40, ErrorMessage = "ImageText:MaxMemory must be from 1048576 to 1099511627776.")]
    public long MaxMemory { get; init; } = 1L << 30;

    /// <summary>Every error with its key.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrWhiteSpace(Tesseract))
        {
            yield return new ValidationResult($"{Section}:{nameof(Tesseract)} is the program, like /usr/bin/tesseract.");
        }

        if (Languages is { } languages && (languages.Count is 0 or > 50 || !languages.All(IsLanguage)))
        {
            yield return new ValidationResult(
                $"{Section}:{nameof(Languages)} has 1 to 50 codes of Tesseract's languages, like eng or chi_sim.");
        }
    }

    /// <summary>Whether a text can be the code of a language. It becomes part of a command line and of a file's name.</summary>
    internal static bool IsLanguage(string? code) => code is not null && Code().IsMatch(code);

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_]{1,29}\z")]
    private static partial Regex Code();
}
