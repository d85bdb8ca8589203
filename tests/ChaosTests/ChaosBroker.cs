using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>
/// One RabbitMQ for all cases that neither kill nor freeze it; each case has its own virtual host. It is always a local process, never a
/// container, as the brokers are that a case kills or freezes.
/// </summary>
[SetUpFixture]
public sealed class ChaosBroker
{
    private static readonly Lazy<Task<LocalRabbitMq>> OnDemand = new(() => LocalRabbitMq.StartAsync());

    internal static Task<LocalRabbitMq> SharedAsync() => OnDemand.Value;

    [OneTimeSetUp]
    public void Start() => ChaosResults.Start();

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (OnDemand is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result: var broker } })
        {
            await broker.DisposeAsync();
        }
    }
}
