using CsCheck;
using OfflineActions.Gateway.Schedules;
using OfflineActions.SyncGateway;

namespace OfflineActions.Tests.Schedules;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Nine = Scheduler.Time("2026-03-01T09:00:00Z");

    [Test]
    public void The_id_is_the_name_and_the_due_time_in_UTC() => Assert.Multiple(() =>
    {
        Assert.That(Scheduler.Read().GetId(Nine), Is.EqualTo("schedule:test:2026-03-01T09:00:00Z"));
        Assert.That(Scheduler.Read().GetId(Nine.ToOffset(TimeSpan.FromHours(2))), Is.EqualTo("schedule:test:2026-03-01T09:00:00Z"));
        Assert.That(DocumentId.IsValid((Scheduler.Read() with { Name = new string('a', 100) }).GetId(Nine)), Is.True);
    });

    [Test]
    public void The_first_revision_depends_on_the_id_only()
    {
        var other = Scheduler.Read(("Document", """{"action":"person_request"}"""), ("Cron", "* * * * *"), ("Missed", "All"));

        Assert.That(other.CreateDocument(Nine).Revision, Is.EqualTo(Scheduler.Read().CreateDocument(Nine).Revision));
        Assert.That(other.CreateDocument(Nine.AddHours(1)).Revision, Is.Not.EqualTo(other.CreateDocument(Nine).Revision));
        Assert.That((other with { Name = "b" }).CreateDocument(Nine).Revision, Is.Not.EqualTo(other.CreateDocument(Nine).Revision));
    }

    [TestCase("* * * * *", "Newest", 0, 59, "")]
    [TestCase("* * * * *", "Newest", 0, 60, "60")]
    [TestCase("* * * * *", "Newest", 60, 60, "")]
    [TestCase("* * * * *", "Newest", 0, 125, "120")]
    [TestCase("* * * * *", "None", 0, 300, "300")]
    [TestCase("* * * * *", "All", 0, 300, "60 120 180 240 300")]
    [TestCase("*/5 * * * *", "Newest", 0, 700, "600")]
    [TestCase("*/5 * * * *", "Newest", 600, 700, "")]
    [TestCase("*/5 * * * *", "None", 0, 659, "600")]
    [TestCase("*/5 * * * *", "None", 0, 660, "")]
    [TestCase("*/5 * * * *", "All", 0, 700, "300 600")]
    [TestCase("0/20 * * * * *", "Newest", 0, 300, "260 280 300")]
    public void Due_are_those_of_the_last_minute_and_the_missed_ones_of_the_setting(
        string cron, string missed, int after, int now, string expected) =>
        Assert.That(
            string.Join(' ', Scheduler.Read(("Cron", cron), ("Missed", missed))
                .FindDue(Nine.AddSeconds(after), Nine.AddSeconds(now))
                .Select(time => (time - Nine).TotalSeconds)),
            Is.EqualTo(expected));

    [Test]
    public void All_makes_up_for_the_newest_thousand() =>
        Assert.That(
            Scheduler.Read(("Cron", "* * * * *"), ("Missed", "All")).FindDue(Nine.AddYears(-1), Nine),
            Is.EqualTo(Enumerable.Range(0, 1_000).Select(minute => Nine.AddMinutes(minute - 999))));

    [Test]
    public void Looking_often_finds_every_due_time_once_whatever_the_setting() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 59].List[1, 200]).Sample((missed, steps) =>
        {
            var schedule = Scheduler.Read(("Cron", "0/7 * * * * *"), ("Missed", $"{(MissedDueTimes)missed}"));
            var (found, now) = (new List<DateTimeOffset>(), Nine);
            foreach (var step in steps)
            {
                found.AddRange(schedule.FindDue(now, now.AddSeconds(step)));
                now = now.AddSeconds(step);
            }

            return found.SequenceEqual(schedule.Times.Newest(Nine, now, int.MaxValue));
        }, iter: 50);
}
