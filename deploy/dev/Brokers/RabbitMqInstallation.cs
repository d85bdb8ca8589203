namespace OfflineActions.Dev;

/// <summary>A rabbitmq-server that is installed on this machine.</summary>
/// <param name="Server">The script that starts a broker in the foreground.</param>
public sealed record RabbitMqInstallation(string Server)
{
    /// <summary>The environment variable with the path of another one's script, for example to test with a newer version.</summary>
    public const string Variable = "RABBITMQ_SERVER";

    private static readonly string[] UsualPaths =
    [
        // Checked before PATH: the scripts that distributions put there need root and use fixed folders.
        "/usr/lib/rabbitmq/bin/rabbitmq-server",
        "/opt/homebrew/sbin/rabbitmq-server",
        "/usr/local/sbin/rabbitmq-server",
        "/home/linuxbrew/.linuxbrew/sbin/rabbitmq-server",
    ];

    /// <summary>The one that <see cref="Variable"/> names, else the first one found, or null.</summary>
    /// <exception cref="FileNotFoundException">The variable names none.</exception>
    public static RabbitMqInstallation? Find() => Find(Environment.GetEnvironmentVariable(Variable));

    internal static RabbitMqInstallation? Find(string? given)
    {
        if (!string.IsNullOrEmpty(given))
        {
            return File.Exists(given) ? new(given) : throw new FileNotFoundException($"{Variable} names no rabbitmq-server: {given}", given);
        }

        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var inPath = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "rabbitmq-server"));
        var server = UsualPaths.Concat(inPath).FirstOrDefault(File.Exists);
        return server is null ? null : new RabbitMqInstallation(server);
    }
}
