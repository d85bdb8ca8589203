namespace OfflineActions.Dev;

/// <summary>A rabbitmq-server on this machine.</summary>
/// <param name="Server">The script that starts a broker in the foreground.</param>
public sealed record RabbitMqInstallation(string Server)
{
    private static readonly string[] WellKnown =
    [
        // Before the ones in PATH: in distribution packages those are wrappers that insist on root and on their own folders.
        "/usr/lib/rabbitmq/bin/rabbitmq-server",
        "/opt/homebrew/sbin/rabbitmq-server",
        "/usr/local/sbin/rabbitmq-server",
        "/home/linuxbrew/.linuxbrew/sbin/rabbitmq-server",
    ];

    /// <summary>The one to use, or null if there is none.</summary>
    public static RabbitMqInstallation? Find()
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var inPath = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "rabbitmq-server"));
        var server = WellKnown.Concat(inPath).FirstOrDefault(File.Exists);
        return server is null ? null : new RabbitMqInstallation(server);
    }
}
