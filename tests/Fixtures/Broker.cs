using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using OfflineActions.Dev;
using Testcontainers.RabbitMq;

namespace OfflineActions.Tests;

/// <summary>
/// One RabbitMQ for all tests of a run, started for the first test that needs it: the one at RABBITMQ_URL, else a container, else a
/// private rabbitmq-server. Without any of them these tests fail, because a skipped test proves nothing.
/// </summary>
public static class Broker
{
    private const string Image = "rabbitmq:4.1.4-management-alpine";
    private static readonly Lazy<Task<SharedBroker>> OnDemand = new(FindAsync);

    /// <summary>The broker. A test that declares anything uses a <see cref="VirtualHostAsync"/> of it instead.</summary>
    public static Task<SharedBroker> SharedAsync() => OnDemand.Value;

    /// <summary>An empty virtual host of the shared broker for one test. It is deleted when disposed.</summary>
    public static async Task<VirtualHost> VirtualHostAsync()
    {
        var shared = await SharedAsync();
        return await Tests.VirtualHost.CreateAsync(shared);
    }

    /// <summary>Stops the broker if this run started it.</summary>
    public static async Task StopAsync()
    {
        if (OnDemand is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: var broker } })
        {
            await broker.DisposeAsync();
        }
    }

    private static async Task<SharedBroker> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("RABBITMQ_URL") is { Length: > 0 } given)
        {
            return SharedBroker.Given(new Uri(given), Environment.GetEnvironmentVariable("RABBITMQ_MANAGEMENT_URL"));
        }

        try
        {
            return await InContainerAsync();
        }
        catch (Exception noDocker) when (noDocker is DockerUnavailableException or DockerApiException or HttpRequestException)
        {
            if (RabbitMqInstallation.Find() is not { } installed)
            {
                throw new InvalidOperationException(
                    "No RabbitMQ for this test. RABBITMQ_URL is not set; there is no rabbitmq-server on this machine; "
                    + $"and no Docker: {noDocker.Message}");
            }

            await TestContext.Progress.WriteLineAsync(DescribeFallback(installed, noDocker.Message));
            return await InProcessAsync();
        }
    }

    /// <summary>Says which broker the tests use instead of a container, and why.</summary>
    internal static string DescribeFallback(RabbitMqInstallation installed, string reason) =>
        $"Broker for the tests: a private {installed.Server} instead of a container, because Docker refused: {reason.Trim()}"
        + (reason.Contains("API version", StringComparison.OrdinalIgnoreCase) || reason.Contains("client version", StringComparison.OrdinalIgnoreCase)
            ? " Set DOCKER_API_VERSION to the engine's version, which \"docker version\" prints, for example 1.41."
            : "");

    private static async Task<SharedBroker> InContainerAsync()
    {
        var container = new RabbitMqBuilder(Image)
            .WithUsername("guest")
            .WithPassword("guest")
            .WithPortBinding(15672, assignRandomHostPort: true)
            .WithEnvironment("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-rabbit collect_statistics_interval 1000 quorum_tick_interval 1000")
            .Build();
        await container.StartAsync();
        var management = new Uri($"http://{container.Hostname}:{container.GetMappedPublicPort(15672)}/");
        return new SharedBroker(new Uri(container.GetConnectionString()), management, container);
    }

    private static async Task<SharedBroker> InProcessAsync()
    {
        var local = await LocalRabbitMq.StartAsync();
        return new SharedBroker(local.Url, local.ManagementUrl, local);
    }
}
