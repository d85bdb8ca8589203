using Microsoft.Extensions.Time.Testing;
using OfflineActions.Contracts;
using OfflineActions.Gateway.CatchUp;
using OfflineActions.Messaging.Presence;
using OfflineActions.Operator.Serve.State;
using OfflineActions.Tests.Worker;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>What gateways and workers say about themselves, and what the page makes of it.</summary>
public sealed class PresenceTests
{
    private readonly FakeTimeProvider clock = new();

    [Test]
    public void A_worker_names_the_messages_that_it_has_held_longest()
    {
        var held = new HeldRequests(clock);
        for (var number = 0; number < 25; number++)
        {
            held.Add(Request($"document-{number}"));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        held.Add(Request("done")).Dispose();
        var described = held.Describe("person", limit: 256, pausedUntil: null);

        Assert.That(described.Running, Is.EqualTo(25));
        Assert.That(described.Oldest, Has.Count.EqualTo(20));
        Assert.That(described.Oldest[0], Is.EqualTo(new RunningRequest("db", "document-0", "1-a", 25)));
    }

    [Test]
    public void A_worker_tells_its_last_trouble_and_how_often_there_was_one()
    {
        var held = new HeldRequests(clock);
        held.RecordTrouble("first");
        clock.Advance(TimeSpan.FromMinutes(1));
        held.RecordTrouble(new string('x', 1_000));

        var trouble = held.Describe("person", 256, null).LastTrouble;

        Assert.That(trouble, Has.Property(nameof(AttemptTrouble.Count)).EqualTo(2).And.Property(nameof(AttemptTrouble.At)).EqualTo(clock.GetUtcNow()));
        Assert.That(trouble!.Reason, Has.Length.EqualTo(301));
    }

    [Test]
    public void A_gateway_groups_open_requests_by_age()
    {
        (TimeSpan, int)[] batches =
        [
            (TimeSpan.Zero, 1), (TimeSpan.FromMinutes(30), 2), (TimeSpan.FromMinutes(119), 4), (TimeSpan.FromSeconds((2 * 3_600) - 10), 8),
            (TimeSpan.FromHours(2), 16),
        ];

        var groups = CatchUpPresence.GroupByAge(batches, now: TimeSpan.FromHours(2));

        Assert.That(groups.Select(group => (group.BelowSeconds, group.Count)), Is.EqualTo(new (double?, int)[]
        {
            (10, 16), (60, 8), (600, 4), (3_600, 0), (null, 3),
        }));
    }

    [Test]
    public void A_message_is_read_as_it_was_written()
    {
        var presence = Presence() with
        {
            Actions =
            [
                new("person", 1, 256, [new("db", "luke", "1-a", 2.5)], clock.GetUtcNow(), null, new(clock.GetUtcNow(), "no answer", 3))
                {
                    Pause = new("anna", clock.GetUtcNow(), "SWAPI is being moved"),
                    Recent = new(7, 1, 80, [5, 0, 3]),
                    HalfOpenLimit = 2,
                },
            ],
            Keyspaces = [new("db", IsFollowing: true, null, 7, 1.5, [new(10, 7), new(null, 0)])],
        };

        var read = PresenceJson.Read(PresenceJson.Write(presence))!;

        Assert.That(PresenceJson.Write(read), Is.EqualTo(PresenceJson.Write(presence)));
        Assert.That(read.Actions[0].Oldest, Is.EqualTo(presence.Actions[0].Oldest));
        Assert.That(read.Actions[0].Pause, Is.EqualTo(presence.Actions[0].Pause));
        Assert.That(read.Actions[0].Recent!.Durations, Is.EqualTo(new[] { 5, 0, 3 }));
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("[1]")]
    [TestCase("""{"service":null,"id":"a","machine":"m","processId":1,"version":"1","startedAt":"2026-01-01T00:00:00Z","everySeconds":5}""")]
    public void Anything_else_that_is_published_there_is_passed_over(string body) =>
        Assert.That(PresenceJson.Read(System.Text.Encoding.UTF8.GetBytes(body)), Is.Null);

    [TestCase("everySeconds")]
    [TestCase("lagSeconds")]
    [TestCase("belowSeconds")]
    [TestCase("seconds")]
    public void A_number_that_is_too_large_to_be_shown_as_json_is_passed_over(string property)
    {
        var presence = Presence() with
        {
            Actions = [new("person", 1, 256, [new("db", "luke", "1-a", Seconds: 2.5)], null, null, null)],
            Keyspaces = [new("db", IsFollowing: true, null, 7, LagSeconds: 1.5, [new(BelowSeconds: 10.5, 7)])],
        };
        var json = System.Text.Encoding.UTF8.GetString(PresenceJson.Write(presence with { EverySeconds = 5.5 }));
        var hostile = System.Text.RegularExpressions.Regex.Replace(json, $"(?<=\"{property}\":)[0-9.]+", "1e400");

        Assert.That(hostile, Is.Not.EqualTo(json));
        Assert.That(PresenceJson.Read(System.Text.Encoding.UTF8.GetBytes(json)), Is.Not.Null);
        Assert.That(PresenceJson.Read(System.Text.Encoding.UTF8.GetBytes(hostile)), Is.Null);
    }

    [TestCase(-1)]
    [TestCase(1)]
    public void A_correction_of_the_clock_neither_hides_who_is_silent_nor_makes_anybody_silent(int hours)
    {
        var wall = new JumpingClock();
        var board = new PresenceBoard(wall) { ListeningSince = wall.GetUtcNow() };
        board.Hear(Presence());
        wall.Jump(TimeSpan.FromHours(hours));

        Assert.That(StateOf(board), Is.EqualTo(ServiceState.Running));
        wall.Advance(TimeSpan.FromSeconds(18));
        Assert.That(StateOf(board), Is.EqualTo(ServiceState.Silent));
        Assert.That(board.ListeningFor, Is.EqualTo(TimeSpan.FromSeconds(18)));
    }

    [Test]
    public void Who_has_stopped_makes_room_for_who_starts()
    {
        var board = new PresenceBoard(clock) { ListeningSince = clock.GetUtcNow() };
        for (var number = 0; number < 500; number++)
        {
            board.Hear(Presence() with { Id = $"{number}", IsStopping = number is 7 });
        }

        board.Hear(Presence() with { Id = "new" });
        board.Hear(Presence() with { Id = "one more" });

        var ids = board.List().Select(service => service.Presence.Id).ToArray();
        Assert.That(ids, Has.Length.EqualTo(500).And.Contains("new").And.Not.Contains("7").And.Not.Contains("one more"));
    }

    [Test]
    public void Who_is_not_heard_for_several_turns_is_silent()
    {
        var board = new PresenceBoard(clock) { ListeningSince = clock.GetUtcNow() };
        board.Hear(Presence());

        Assert.That(StateOf(board), Is.EqualTo(ServiceState.Running));
        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.That(StateOf(board), Is.EqualTo(ServiceState.Running));
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(StateOf(board), Is.EqualTo(ServiceState.Silent));
    }

    [Test]
    public void While_the_page_itself_hears_nothing_nobody_is_called_silent()
    {
        var board = new PresenceBoard(clock) { ListeningSince = clock.GetUtcNow() };
        board.Hear(Presence());
        board.ListeningSince = null;
        clock.Advance(TimeSpan.FromMinutes(5));

        Assert.That(StateOf(board), Is.EqualTo(ServiceState.Unknown));
        board.ListeningSince = clock.GetUtcNow();
        Assert.That(StateOf(board), Is.EqualTo(ServiceState.Running), "It has its turns from when the page listens again.");
    }

    [Test]
    public void Who_says_goodbye_has_stopped_and_is_forgotten_later()
    {
        var board = new PresenceBoard(clock) { ListeningSince = clock.GetUtcNow() };
        board.Hear(Presence());
        board.Hear(Presence() with { IsStopping = true });

        Assert.That(StateOf(board), Is.EqualTo(ServiceState.Stopped));
        clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That(board.List(), Is.Empty);
    }

    [Test]
    public void However_many_processes_say_something_memory_is_bounded()
    {
        var board = new PresenceBoard(clock) { ListeningSince = clock.GetUtcNow() };
        for (var number = 0; number < 2_000; number++)
        {
            board.Hear(Presence() with { Id = $"{number}" });
        }

        Assert.That(board.List(), Has.Count.EqualTo(500));
    }

    private static ServiceState StateOf(PresenceBoard board) => board.List().Single().State;

    private static ActionRequested Request(string document) =>
        ActionCatalog.Default.Actions[0].CreateMessage("db", document, "1-a", DateTimeOffset.UnixEpoch);

    private ServicePresence Presence() => new()
    {
        Service = "worker",
        Id = "a",
        Machine = "machine",
        ProcessId = 1,
        Version = "1.0.0",
        StartedAt = clock.GetUtcNow(),
        EverySeconds = 5,
    };
}
