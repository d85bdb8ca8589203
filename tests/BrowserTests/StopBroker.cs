namespace OfflineActions.Tests;

/// <summary>Stops the broker of the run after the last test of an assembly.</summary>
[SetUpFixture]
public sealed class StopBroker
{
    [OneTimeTearDown]
    public Task Stop() => Broker.StopAsync();
}
