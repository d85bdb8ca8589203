using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>The Tesseract of this machine.</summary>
/// <param name="Program">The path of the program.</param>
/// <param name="Version">Its version, for example <c>5.3.0</c>.</param>
/// <param name="Languages">The languages that documents may ask for: configured and installed.</param>
internal sealed partial record TesseractInstallation(string Program, string Version, IReadOnlyList<string> Languages)
{
    private const int OldestVersion = 5;
    private const int MaxOutput = 1 << 20;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>What a process of Tesseract gets as its environment.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = CreateEnvironment();

    /// <summary>Looks for it.</summary>
    /// <returns>Why it cannot be used, for an operator; else what was found.</returns>
    public static (TesseractInstallation? Found, string? Obstacle) Find(ImageTextOptions options)
    {
        if (FindProgram(options.Tesseract) is not { } program)
        {
            return (null, $"{options.Tesseract} is not installed (ImageText:Tesseract)");
        }

        using var timeout = new CancellationTokenSource(TimeLimit);
        try
        {
            // A service starts only once, and nothing else can be done meanwhile.
            var (version, languages) = Task.Run(() => AskAsync(program, timeout.Token)).GetAwaiter().GetResult();
            return Check(options, program, version, languages);
        }
        catch (OperationCanceledException)
        {
            return (null, $"{program} did not say its version within {TimeLimit.TotalSeconds} s");
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            return (null, $"{program} cannot be run: {error.Message}");
        }
    }

    /// <summary>The path of a program; null when there is none.</summary>
    public static string? FindProgram(string name)
    {
        var suffix = OperatingSystem.IsWindows() && !Path.HasExtension(name) ? ".exe" : "";
        return Path.GetFileName(name) != name
            ? Path.GetFullPath(name) is var path && File.Exists(path) ? path : null
            : (System.Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.Combine(folder, name + suffix))
                .FirstOrDefault(File.Exists);
    }

    private static (TesseractInstallation?, string?) Check(
        ImageTextOptions options, string program, string? version, IReadOnlyList<string> installed)
    {
        if (!int.TryParse(version?.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) || major < OldestVersion)
        {
            return (null, $"{program} is {version ?? "no Tesseract"}: version {OldestVersion} or newer is needed");
        }

        var languages = options.Languages ?? [.. ImageTextOptions.DefaultLanguages.Where(installed.Contains)];
        var missing = languages.Where(language => !installed.Contains(language)).ToArray();
        return (languages, missing) switch
        {
            ([], _) => (null, $"{program} has none of the languages {string.Join(", ", ImageTextOptions.DefaultLanguages)}"),
            (_, []) => (new TesseractInstallation(program, version, [.. languages.Distinct()]), null),
            _ => (null, $"{program} lacks {string.Join(", ", missing)} (ImageText:Languages)"),
        };
    }

    private static async Task<(string? Version, IReadOnlyList<string> Languages)> AskAsync(string program, CancellationToken cancellationToken)
    {
        var version = await EngineProcess.RunAsync([program, "--version"], Environment, default, MaxOutput, cancellationToken);
        var list = await EngineProcess.RunAsync([program, "--list-langs"], Environment, default, MaxOutput, cancellationToken);
        var number = VersionLine().Match(version.Output + version.Errors);
        return (
            number.Success ? number.Groups["version"].Value : null,
            [.. list.Output.Split('\n').Select(line => line.Trim()).Where(ImageTextOptions.IsLanguage)]);
    }

    private static Dictionary<string, string> CreateEnvironment()
    {
        var environment = new Dictionary<string, string> { ["OMP_THREAD_LIMIT"] = "1", ["PATH"] = "/usr/bin:/bin" };
        foreach (var name in new[] { "TESSDATA_PREFIX", "SystemRoot" })
        {
            if (System.Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment[name] = value;
            }
        }

        return environment;
    }

    [GeneratedRegex(@"\Atesseract v?(?<version>[0-9]+(\.[0-9]+)*[-.\w]*)")]
    private static partial Regex VersionLine();
}
