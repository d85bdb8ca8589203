using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>
/// One RabbitMQ for all cases that leave it alive, each in a virtual host of its own. It is a process of ours even where the other
/// tests use a container, because it is frozen now and then.
/// </summary>
[SetUpFixture]
public sealed class ChaosBroker
{
    private static readonly Lazy<Task<LocalRabbitMq>> OnDemand = new(() => LocalRabbitMq.StartAsync());

    internal static Task<LocalRabbitMq> SharedAsync() => OnDemand.Value;

    [OneTimeSetUp]
    public void Begin() => ChaosResults.Begin();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (OnDemand is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: var broker } })
        {
            await broker.DisposeAsync();
        }
    }
}
