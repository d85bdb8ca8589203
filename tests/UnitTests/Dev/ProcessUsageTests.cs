using System.Diagnostics;
using OfflineActions.Dev.Comparison;

namespace OfflineActions.Tests.Dev;

[Platform("Linux")]
public sealed class ProcessUsageTests
{
    [TestCase("celery")]
    [TestCase("a (name) with 9 ) blanks")]
    public void The_name_of_a_program_does_not_shift_the_fields(string name) => Assert.That(
        ProcessUsage.ReadStat($"42 ({name}) S 7 42 42 0 -1 4194560 100 200 0 0 11 22 33 44 20 0 8 0 12345 1 2 3"),
        Is.EqualTo(new ProcessTicks(42, 7, 11 + 22 + 33 + 44)));

    [Test]
    public void Idle_time_and_waiting_for_disks_are_not_busy() =>
        Assert.That(ProcessUsage.ReadBusyTicks("cpu  1 2 4 1000 2000 8 16 32 0 0"), Is.EqualTo(31));

    [Test]
    public async Task The_processor_time_and_memory_of_a_child_belong_to_its_parent()
    {
        // The child does the work, and has not ended.
        using var parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "(while :; do :; done) & wait"]))!;
        try
        {
            Assert.That(
                await Eventually.IsAsync(() => ProcessUsage.ProcessorTime(parent.Id) > TimeSpan.FromMilliseconds(100)), Is.True);
            Assert.That(ProcessUsage.Memory(parent.Id), Is.GreaterThan(10_000));
        }
        finally
        {
            parent.Kill(entireProcessTree: true);
            await parent.WaitForExitAsync();
        }
    }
}
