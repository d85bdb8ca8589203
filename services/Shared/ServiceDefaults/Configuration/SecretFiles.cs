using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace OfflineActions.ServiceDefaults.Configuration;

/// <summary>
/// Settings as files, so that passwords stand neither in an environment nor on a command line, which <c>docker inspect</c> and <c>ps</c> show.
/// A file is named as the environment variable of its setting, for example <c>Bus__Password</c>, and holds its value. One line break at its
/// end is ignored, and so are hidden files, among which Kubernetes keeps its own.
/// </summary>
/// <remarks>
/// A file wins over an environment variable, and a command line over a file. The files are read once, when a process starts. .NET's own provider
/// for such files (<c>AddKeyPerFile</c>) ends the process with a stack trace at the first file that it cannot read.
/// </remarks>
internal static class SecretFiles
{
    /// <summary>The longest file, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Adds the files of <see cref="SecretOptions.Directory"/> that can be read. <see cref="FindErrors"/> tells about the others.</summary>
    public static void Add(IConfigurationManager configuration)
    {
        var (files, _) = Read(configuration[SecretOptions.DirectoryKey] is { Length: > 0 } directory ? directory : SecretOptions.DefaultDirectory);
        var settings = new MemoryConfigurationSource
        {
            // Without duplicates, at which the configuration would throw: they are reported.
            InitialData = files.Select(file => KeyValuePair.Create(KeyOf(file.Name), (string?)file.Value))
                .DistinctBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase),
        };
        var environment = configuration.Sources.OfType<EnvironmentVariablesConfigurationSource>().LastOrDefault();
        configuration.Sources.Insert(environment is null ? 0 : configuration.Sources.IndexOf(environment) + 1, settings);
    }

    /// <summary>
    /// A sentence for each file that cannot be read, and for each setting that several files name; or one for <paramref name="directory"/>.
    /// </summary>
    public static IReadOnlyList<string> FindErrors(string directory) => Read(directory).Errors;

    private static (IReadOnlyList<(string Name, string Value)> Files, IReadOnlyList<string> Errors) Read(string directory)
    {
        var files = new List<(string Name, string Value)>();
        var errors = new List<string>();
        try
        {
            foreach (var file in Directory.EnumerateFiles(directory).Where(file => !Path.GetFileName(file).StartsWith('.')))
            {
                try
                {
                    files.Add((Path.GetFileName(file), ReadValue(file)));
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    errors.Add($"{file} cannot be read: {error.Message} Let user {Environment.UserName} read it, or remove it.");
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            errors.Add($"{SecretOptions.DirectoryKey} is '{directory}', but that directory does not exist: make it one with a file for each setting.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{directory} cannot be read: {error.Message} Let user {Environment.UserName} read it.");
        }

        // Which one would count depends on the order in which the system lists them.
        errors.AddRange(
            from file in files
            group file.Name by KeyOf(file.Name).ToUpperInvariant() into same
            where same.Count() > 1
            select $"{string.Join(" and ", same.Order(StringComparer.Ordinal))} in {directory} are the same setting: keep one of these files.");
        return (files, errors);
    }

    private static string KeyOf(string name) => name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal);

    private static string ReadValue(string file)
    {
        using var content = File.OpenRead(file);
        if (content.Length > MaxBytes)
        {
            throw new IOException($"It has {content.Length} bytes, and a setting at most {MaxBytes}.");
        }

        var value = ReadText(content);
        return value.EndsWith("\r\n", StringComparison.Ordinal) ? value[..^2] : value.EndsWith('\n') ? value[..^1] : value;
    }

    private static string ReadText(Stream content)
    {
        try
        {
            using var reader = new StreamReader(content, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            // Another password than the one in the file would only be refused, without a reason.
            throw new IOException("It is no text in UTF-8.");
        }
    }
}
