using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary>
/// <c>./dev broker-definitions --passwords FOLDER --output FILE</c>: writes RabbitMQ's definitions for
/// production with the hashes of the passwords.
/// </summary>
internal sealed class BrokerDefinitionsCommand : Command
{
    /// <summary>A shorter one can be guessed from its hash.</summary>
    private const int MinPassword = 16;

    private readonly Option<DirectoryInfo> passwords = new("--passwords")
    {
        Description = "A folder with a file for each user (gateway, worker, operator), which holds the password: "
            + $"{MinPassword} or more characters",
        Required = true,
    };

    private readonly Option<FileInfo> output = new("--output")
    {
        Description = "Where to write the definitions; a file that exists is replaced",
        Required = true,
    };

    public BrokerDefinitionsCommand()
        : base("broker-definitions", "Write RabbitMQ's definitions for production, with the hashes of passwords")
    {
        Add(passwords);
        Add(output);
        SetAction((parseResult, cancellationToken) =>
            WriteAsync(parseResult.GetRequiredValue(passwords).FullName, parseResult.GetRequiredValue(output).FullName, cancellationToken));
    }

    private static async Task WriteAsync(string passwords, string output, CancellationToken cancellationToken)
    {
        var template = await File.ReadAllTextAsync(BrokerDefinitions.File, cancellationToken);
        var definitions = BrokerDefinitions.SetPasswords(template, user => ReadPassword(Path.Combine(passwords, user)));
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            // A new file is for its owner alone.
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(output, options);
        await writer.WriteAsync(definitions.AsMemory(), cancellationToken);
    }

    private static string ReadPassword(string file)
    {
        var password = File.ReadAllText(file).TrimEnd('\r', '\n');
        return password.Length >= MinPassword
            ? password
            : throw new InvalidOperationException($"The password in {file} has fewer than {MinPassword} characters.");
    }
}
