using OfflineActions.Messaging;
using OfflineActions.Messaging.Topology;

namespace OfflineActions.Tests.Messaging;

public sealed class ConnectionGateTests
{
    private readonly ConnectionGate gate = new();
    private readonly BrokerNode node = new("host", 5672);

    [Test]
    public async Task A_connection_that_began_before_the_attempt_does_not_let_it_pass()
    {
        var connectionBefore = gate.FindWaiting();
        var attempt = gate.PassAsync(CancellationToken.None);
        ConnectionGate.Open(connectionBefore, new BrokerNode("earlier", 5672));
        Assert.That((attempt.IsCompleted, gate.Arrived.IsCompleted), Is.EqualTo((false, true)));

        ConnectionGate.Open(gate.FindWaiting(), node);

        Assert.That(await attempt.WaitAsync(TimeSpan.FromSeconds(30)), Is.EqualTo(node));
        Assert.That(gate.FindWaiting(), Is.Empty);
    }

    [Test]
    public void An_attempt_ends_when_the_process_stops()
    {
        using var stopping = new CancellationTokenSource();
        var attempt = gate.PassAsync(stopping.Token);

        stopping.Cancel();

        Assert.That(async () => await attempt, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(gate.FindWaiting(), Is.Empty);
    }
}
