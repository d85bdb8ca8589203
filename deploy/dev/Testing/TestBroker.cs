namespace OfflineActions.Dev.Testing;

/// <summary>Finds the RabbitMQ that the tests will use, in the order in which the tests look for it.</summary>
internal static class TestBroker
{
    private static readonly string Remedy =
        OperatingSystem.IsWindows() ? "Start Docker Desktop, or set RABBITMQ_URL=amqp://user:password@host"
        : OperatingSystem.IsMacOS() ? "Start Docker, or: brew install rabbitmq, or set RABBITMQ_URL=amqp://user:password@host"
        : "Start Docker, or on Debian and Ubuntu: sudo apt-get install rabbitmq-server, or set RABBITMQ_URL=amqp://user:password@host";

    /// <summary>Prints which broker the tests will use; installs rabbitmq-server, and what examples need, where that is possible and needed.</summary>
    /// <exception cref="InvalidOperationException">No broker can be used; the message says how to get one.</exception>
    public static async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        Console.WriteLine($"Broker for the tests: {await FindAsync(cancellationToken)}");
        await TestExamples.InstallAsync(cancellationToken);
        return null;
    }

    /// <summary>Installs rabbitmq-server where that is possible: chaos kills and freezes its broker, so it starts a private one.</summary>
    public static async Task<string?> PrepareOwnAsync(CancellationToken cancellationToken)
    {
        await InstallServerAsync(cancellationToken);
        return null;
    }

    private static async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("RABBITMQ_URL") is { Length: > 0 } url)
        {
            return $"RABBITMQ_URL, {new Uri(url).Authority}";
        }

        if (await IsDockerRunningAsync(cancellationToken))
        {
            return "a container; should the engine refuse one, a private rabbitmq-server, and the tests say why";
        }

        await InstallServerAsync(cancellationToken);
        return RabbitMqInstallation.Find() is { } installed
            ? $"a private {installed.Server}"
            : throw new InvalidOperationException($"The tests need RabbitMQ, and none was found. {Remedy}");
    }

    private static async Task InstallServerAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsLinux() && RabbitMqInstallation.Find() is null && DebianPackage.CanBeInstalled)
        {
            await DebianPackage.InstallAsync("rabbitmq-server", cancellationToken);
        }
    }

    private static async Task<bool> IsDockerRunningAsync(CancellationToken cancellationToken)
    {
        var options = new ChildProcessOptions
        {
            Name = "docker",
            Program = "docker",
            Arguments = ["version", "--format", "{{.Server.Version}}"],
        };
        try
        {
            await using var docker = ChildProcess.Start(options);
            return await docker.Exited.WaitAsync(TimeSpan.FromSeconds(20), cancellationToken) == 0;
        }
        catch (Exception error) when (error is InvalidOperationException or TimeoutException)
        {
            // The docker command is missing, or its engine does not answer.
            return false;
        }
    }
}
