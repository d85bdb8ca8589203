using OfflineActions.Gateway.Schedules;
using OfflineActions.Tests.Emulators;

namespace OfflineActions.Tests.Schedules;

public sealed class ScheduleRunnerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task A_due_time_has_a_document_that_requests_the_action_and_begins_a_trace()
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:59:59Z");
        scheduler.StartGateway(Scheduler.Read());

        await scheduler.PassAsync(2 * Second, Second);

        var document = await scheduler.GetAsync("2026-03-01T09:00:00Z");
        Assert.Multiple(() =>
        {
            Assert.That((string?)document["action"], Is.EqualTo("person_request"));
            Assert.That((int?)document["personId"], Is.EqualTo(4));
            Assert.That((string?)document["requestedAt"], Is.EqualTo("2026-03-01T09:00:00Z"));
            Assert.That((string?)document["traceparent"], Does.Match("^00-[0-9a-f]{32}-[0-9a-f]{16}-01\\z"));
            Assert.That((string?)document["_rev"], Does.Match("^1-[0-9a-f]{32}\\z"));
            Assert.That(document.AsObject(), Has.Count.EqualTo(6));
            Assert.That(scheduler.Logged(1203), Is.EqualTo(["Schedule test: wrote schedule:test:2026-03-01T09:00:00Z"]));
        });
        Assert.That(await scheduler.ListAsync(), Is.EqualTo(["2026-03-01T09:00:00Z"]));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Three_gateways_write_exactly_one_document_for_each_due_time(bool allowConflicts)
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:00:00Z", allowConflicts);
        // A new configuration is rolled out: the gateways do not agree about the document.
        for (var gateway = 1; gateway <= 3; gateway++)
        {
            scheduler.StartGateway(Scheduler.Read(
                ("Cron", "* * * * * *"), ("Document", $$"""{"action":"person_request","personId":{{gateway}}}""")));
        }

        await scheduler.PassAsync(20 * Second, Second);

        var due = await scheduler.ListAsync();
        Assert.That(due, Is.EqualTo(Enumerable.Range(1, 20).Select(second => $"2026-03-01T08:00:{second:00}Z")));
        Assert.That(due.Select(time => scheduler.Outside.Gateway.WritesOf("schedule:test:" + time)), Is.All.EqualTo(1));
        Assert.That((scheduler.Count("written"), scheduler.Count("existing")), Is.EqualTo((20, 40)));
        foreach (var time in due)
        {
            var leaves = await scheduler.Outside.Admin.GetAnswerAsync($"/db/schedule:test:{time}?open_revs=all");
            Assert.That(leaves.Json.AsArray(), Has.Count.EqualTo(1));
        }
    }

    [TestCase("""{"action":"person_success","_rev":"REV"}""", false)]
    [TestCase(null, false)]
    [TestCase(null, true)]
    public async Task A_document_that_was_finished_or_deleted_is_not_written_again_by_a_gateway_that_is_late(string? edit, bool allowConflicts)
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:59:59Z", allowConflicts);
        scheduler.StartGateway(Scheduler.Read());
        await scheduler.PassAsync(2 * Second, Second);
        var revision = (string)(await scheduler.GetAsync("2026-03-01T09:00:00Z"))["_rev"]!;
        const string address = "/db/schedule:test:2026-03-01T09:00:00Z";
        var after = edit is null
            ? await scheduler.Outside.Public.DeleteAnswerAsync($"{address}?rev={revision}")
            : await scheduler.Outside.Public.PutAnswerAsync(address, edit.Replace("REV", revision, StringComparison.Ordinal));
        await scheduler.StopGatewaysAsync();

        scheduler.Clock.AdjustTime(Scheduler.Time("2026-03-01T08:59:59.5Z"));
        scheduler.StartGateway(Scheduler.Read());
        await scheduler.PassAsync(2 * Second, Second);

        Assert.That((scheduler.Count("written"), scheduler.Count("existing")), Is.EqualTo((1, 1)));
        var now = await scheduler.Outside.Admin.GetAnswerAsync(address + "?open_revs=all");
        Assert.That(now.Json.AsArray().Select(leaf => (string?)leaf!["ok"]!["_rev"]), Is.EqualTo([after.Revision]));
    }

    [TestCase(MissedDueTimes.Newest, "12")]
    [TestCase(MissedDueTimes.All, "10 11 12")]
    [TestCase(MissedDueTimes.None, "")]
    public async Task What_was_missed_while_every_gateway_was_down_is_made_up_for_by_setting(MissedDueTimes missed, string hours)
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:59:59Z");
        var schedule = Scheduler.Read(("Missed", $"{missed}"));
        scheduler.StartGateway(schedule);
        await scheduler.PassAsync(2 * Second, Second);
        await scheduler.StopGatewaysAsync();

        scheduler.Clock.Advance(3.5 * Hour);
        scheduler.StartGateway(schedule);
        scheduler.StartGateway(schedule);
        await scheduler.UntilSettledAsync();

        var expected = hours.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(hour => $"2026-03-01T{hour}:00:00Z").ToArray();
        Assert.That(await scheduler.ListAsync(), Is.EqualTo(expected.Prepend("2026-03-01T09:00:00Z")));
        Assert.That(scheduler.Count("written"), Is.EqualTo(1 + expected.Length));
        Assert.That(scheduler.Logged(1204).Count(), Is.EqualTo(expected.Length));
        Assert.That(scheduler.Delays.GetMeasurementSnapshot().Count(one => one.Value > 1_700), Is.EqualTo(expected.Length));

        await scheduler.PassAsync(Hour, TimeSpan.FromMinutes(10));
        Assert.That((await scheduler.ListAsync())[^1], Is.EqualTo("2026-03-01T13:00:00Z"));
    }

    [TestCase(MissedDueTimes.Newest)]
    [TestCase(MissedDueTimes.None)]
    public async Task A_short_restart_misses_nothing(MissedDueTimes missed)
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:59:50Z");
        var schedule = Scheduler.Read(("Missed", $"{missed}"), ("Cron", "0/10 * * * * *"));
        scheduler.StartGateway(schedule);
        await scheduler.PassAsync(Second, Second);
        await scheduler.StopGatewaysAsync();

        scheduler.Clock.Advance(TimeSpan.FromSeconds(25));
        scheduler.StartGateway(schedule);
        await scheduler.UntilSettledAsync();

        Assert.That(await scheduler.ListAsync(), Is.EqualTo(["2026-03-01T09:00:00Z", "2026-03-01T09:00:10Z"]));
    }

    [TestCase(MissedDueTimes.Newest)]
    [TestCase(MissedDueTimes.All)]
    public async Task A_new_schedule_and_one_with_another_time_have_missed_nothing(MissedDueTimes missed)
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:00:01Z");
        scheduler.StartGateway(Scheduler.Read(("Missed", $"{missed}")));
        await scheduler.PassAsync(Second, Second);
        await scheduler.StopGatewaysAsync();

        scheduler.Clock.Advance(Hour / 2);
        scheduler.StartGateway(Scheduler.Read(("Missed", $"{missed}"), ("Cron", "5 * * * *")));
        await scheduler.UntilSettledAsync();

        Assert.That(await scheduler.ListAsync(), Is.Empty);
        Assert.That(
            scheduler.Logged(1202),
            Is.EqualTo(new[] { "09:00:00Z", "09:05:00Z" }.Select(due => $"Schedule test is new, so it has missed nothing. It is due at 2026-03-01T{due}")));
    }

    [Test]
    public async Task A_marker_that_an_app_user_wrote_counts_for_nothing()
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:00:01Z");
        var schedule = Scheduler.Read(("Missed", "All"));
        scheduler.StartGateway(schedule);
        await scheduler.PassAsync(Second, Second);
        await scheduler.StopGatewaysAsync();
        var path = "/db/_local/" + Marker(schedule);
        var marker = (await scheduler.Outside.Public.GetAnswerAsync(path)).Json;
        marker["settledUntil"] = "2026-02-01T00:00:00Z";
        Assert.That((await scheduler.Outside.Public.PutAnswerAsync(path, marker.ToJsonString())).Status, Is.EqualTo(201));

        scheduler.StartGateway(schedule);
        await scheduler.UntilSettledAsync();

        Assert.That(await scheduler.ListAsync(), Is.Empty);
        Assert.That((string?)(await scheduler.Outside.Public.GetAnswerAsync(path)).Json["settledUntil"], Is.EqualTo("2026-03-01T08:00:02Z"));
    }

    [Test]
    public async Task While_Sync_Gateway_is_away_it_keeps_trying_and_what_is_due_is_not_lost()
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:59:59Z");
        var gateway = scheduler.StartGateway(Scheduler.Read(("Missed", "All")));
        await scheduler.UntilSettledAsync();

        scheduler.Outside.Gateway.Faults.FailNext = int.MaxValue;
        scheduler.Clock.Advance((1.5 * Hour) + Second);
        await scheduler.UntilAsync(() => gateway.Problem is not null);
        Assert.That(gateway.Overdue, Is.EqualTo(1.5 * Hour));
        scheduler.Outside.Gateway.Faults.FailNext = 0;
        await scheduler.UntilAsync(() =>
        {
            scheduler.Clock.Advance(Second);
            return gateway.Overdue == TimeSpan.Zero;
        });

        Assert.That(await scheduler.ListAsync(), Is.EqualTo(["2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z"]));
        Assert.That(scheduler.Logged(1206).Single(), Does.StartWith("Schedule test cannot write: Sync Gateway answered 503"));
        await scheduler.UntilAsync(() => scheduler.Logged(1207).Any());
        Assert.That(gateway.Problem, Is.Null);
    }

    [Test]
    public async Task A_write_whose_answer_is_lost_is_one_document()
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:59:59Z");
        var gateway = scheduler.StartGateway(Scheduler.Read());
        await scheduler.UntilSettledAsync();

        scheduler.Outside.Gateway.Faults.LoseAnswers = true;
        scheduler.Outside.Gateway.Faults.Kinds = [OfflineActions.Emulators.RequestKind.Write];
        scheduler.Outside.Gateway.Faults.FailNext = 1;
        scheduler.Clock.Advance(Second);
        await scheduler.UntilAsync(() => gateway.Problem is not null);
        await scheduler.UntilAsync(() =>
        {
            scheduler.Clock.Advance(Second);
            return gateway.Overdue == TimeSpan.Zero;
        });

        Assert.That(scheduler.Outside.Gateway.WritesOf("schedule:test:2026-03-01T09:00:00Z"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_clock_that_jumps_forward_misses_as_if_the_gateway_had_been_frozen()
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:59:59Z");
        scheduler.StartGateway(Scheduler.Read());
        await scheduler.UntilSettledAsync();

        // Neither the jump nor the freezing ends a timer.
        scheduler.Clock.AdjustTime(Scheduler.Time("2026-03-02T11:30:00Z"));
        scheduler.Clock.Advance(TimeSpan.FromSeconds(30));
        await scheduler.UntilSettledAsync();

        Assert.That(await scheduler.ListAsync(), Is.EqualTo(["2026-03-02T11:00:00Z"]));
    }

    [Test]
    public async Task After_a_clock_was_set_back_due_times_that_have_a_document_are_passed_and_the_others_are_written()
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:59:59Z");
        scheduler.StartGateway(Scheduler.Read());
        await scheduler.PassAsync(Second, Second);

        scheduler.Clock.AdjustTime(Scheduler.Time("2026-03-01T07:59:00Z"));
        await scheduler.PassAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));
        await scheduler.PassAsync(2 * Hour, TimeSpan.FromMinutes(10));

        Assert.That(await scheduler.ListAsync(), Is.EqualTo(["2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z"]));
        Assert.That(scheduler.Outside.Gateway.WritesOf("schedule:test:2026-03-01T09:00:00Z"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_due_time_that_is_years_away_is_waited_for()
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:00:00Z");
        scheduler.StartGateway(Scheduler.Read(("Cron", "0 0 29 2 *")));

        await scheduler.PassAsync(TimeSpan.FromDays(3 * 366), TimeSpan.FromDays(61));

        Assert.That(await scheduler.ListAsync(), Is.EqualTo(["2028-02-29T00:00:00Z"]));
    }

    [Test]
    public async Task A_document_that_Sync_Gateway_refuses_is_logged_and_the_next_due_time_is_tried()
    {
        await using var scheduler = await Scheduler.StartAsync(
            "2026-03-01T08:59:59Z", sync: """function (doc) { if (doc.requestedAt.indexOf("T09") > 0) { throw({forbidden: "not you"}); } }""");
        scheduler.StartGateway(Scheduler.Read());

        await scheduler.PassAsync(1.5 * Hour, TimeSpan.FromMinutes(10));

        Assert.That(await scheduler.ListAsync(), Is.EqualTo(["2026-03-01T10:00:00Z"]));
        Assert.That(scheduler.Logged(1205).Single(), Does.Contain("refuses schedule:test:2026-03-01T09:00:00Z (403, not you)"));
        Assert.That(scheduler.Count("refused"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_gateway_that_runs_for_long_renews_its_marker()
    {
        await using var scheduler = await Scheduler.StartAsync("2026-03-01T08:00:00Z");
        var schedule = Scheduler.Read(("Cron", "0 0 1 1 *"));
        scheduler.StartGateway(schedule);

        await scheduler.PassAsync(TimeSpan.FromDays(2), 6 * Hour);
        await scheduler.UntilSettledAsync();

        var marker = (await scheduler.Outside.Public.GetAnswerAsync("/db/_local/" + Marker(schedule))).Json;
        Assert.That((string?)marker["settledUntil"], Is.EqualTo("2026-03-03T08:00:00Z"));
    }

    private static string Marker(Schedule schedule) => ScheduleMarker.GetName(schedule);
}
