namespace OfflineActions.Dev;

/// <summary>A rabbitmq-server that is installed on this machine.</summary>
/// <param name="Server">The script that starts a broker in the foreground.</param>
public sealed record RabbitMqInstallation(string Server)
{
    private static readonly string[] UsualPaths =
    [
        // Checked before PATH: the scripts that distributions put there need root and use fixed folders.
        "/usr/lib/rabbitmq/bin/rabbitmq-server",
        "/opt/homebrew/sbin/rabbitmq-server",
        "/usr/local/sbin/rabbitmq-server",
        "/home/linuxbrew/.linuxbrew/sbin/rabbitmq-server",
    ];

    /// <summary>The first one found, or null.</summary>
    public static RabbitMqInstallation? Find()
    {
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
