using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed class FreePortsTests
{
    [Test]
    public void Ports_are_of_a_range_that_no_other_process_can_reserve()
    {
        int[] ports = [.. Enumerable.Range(0, 20).Select(_ => FreePorts.Take())];

        var range = ports.Select(port => (port - 20_000) / 1_500).Distinct().Single();
        Assert.That(
            () => File.Open(Path.Combine(Path.GetTempPath(), $"offline-actions-ports-{range}.lock"), FileMode.Open),
            Throws.InstanceOf<IOException>());
        Assert.That(ports, Is.Unique);
    }
}
