namespace OfflineActions.Dev.Commands;

/// <summary>Makes sure that the tests will find a RabbitMQ, in the order in which they look for it.</summary>
internal static class TestBroker
{
    /// <summary>Says which one that will be. Where it is easy and allowed, installs one.</summary>
    /// <exception cref="InvalidOperationException">There is none; says what to do.</exception>
    public static async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("RABBITMQ_URL") is { Length: > 0 } given)
        {
            return $"RABBITMQ_URL, {new Uri(given).Authority}";
        }

        if (await DockerRunsAsync(cancellationToken))
        {
            return "a container";
        }

        if (OperatingSystem.IsLinux() && RabbitMqInstallation.Find() is null && DebianPackage.CanBeInstalled)
        {
            await DebianPackage.InstallAsync("rabbitmq-server", cancellationToken);
        }

        return RabbitMqInstallation.Find() is { } installed
            ? $"private processes of {installed.Server}"
            : throw new InvalidOperationException($"The tests need a RabbitMQ, and there is none. {WhatToDo()}");
    }

    private static async Task<bool> DockerRunsAsync(CancellationToken cancellationToken)
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
            // No docker command, or an engine that does not answer: then it is no broker for the tests either.
            return false;
        }
    }

    private static string WhatToDo() =>
        OperatingSystem.IsWindows() ? "Start Docker Desktop, or set RABBITMQ_URL=amqp://user:password@host"
        : OperatingSystem.IsMacOS() ? "Start Docker, or: brew install rabbitmq, or set RABBITMQ_URL=amqp://user:password@host"
        : "Start Docker, or on Debian and Ubuntu: sudo apt-get install rabbitmq-server, or set RABBITMQ_URL=amqp://user:password@host";
}
