using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

public sealed class ReadableKeyspacesTests
{
    [Test]
    public void A_document_that_was_read_proves_for_ten_minutes_that_others_can_be_read()
    {
        var clock = new JumpingClock();
        var readable = new ReadableKeyspaces(clock);
        readable.Add("db");

        clock.Jump(TimeSpan.FromHours(3));
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.That((readable.Contains("db"), readable.Contains("other")), Is.EqualTo((true, false)));
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(readable.Contains("db"), Is.False);
    }
}
