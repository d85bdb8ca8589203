using Microsoft.Extensions.Time.Testing;
using OfflineActions.Tests.Dev;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SyncGatewaySlotsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly ActionResult Success = new ActionResult.Succeeded([]);

    private readonly FakeTimeProvider clock = new();
    private readonly TaskCompletionSource<ActionResult> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task No_more_requests_have_a_slot_than_there_are()
    {
        var slots = Create(2);
        var first = await BeginAsync(slots);
        using var second = await BeginAsync(slots);
        var third = BeginAsync(slots);

        Assert.That(third.IsCompleted, Is.False);
        first.Dispose();
        using var last = await third.WaitAsync(Deadline);
    }

    [Test]
    public async Task Under_load_no_more_requests_have_a_slot_than_there_are()
    {
        var slots = Create(4);
        var (inside, most) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(async () =>
        {
            using var turn = await BeginAsync(slots);
            await InsideAsync();
            await LeaveAsync(turn, async () =>
            {
                await Task.Yield();
                return Success;
            });
            await InsideAsync();
        }))).WaitAsync(Deadline);

        Assert.That(most, Is.InRange(1, 4));

        async Task InsideAsync()
        {
            var now = Interlocked.Increment(ref inside);
            InterlockedMax(now);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }

        void InterlockedMax(int now)
        {
            lock (slots)
            {
                most = Math.Max(most, now);
            }
        }
    }

    [Test]
    public async Task A_request_that_comes_back_goes_before_those_that_have_not_begun()
    {
        var slots = Create(1);
        using var first = await BeginAsync(slots);
        var waiting = LeaveAsync(first, () => answer.Task);
        var second = await BeginAsync(slots);
        var third = BeginAsync(slots);

        answer.SetResult(Success);
        Assert.That(waiting.IsCompleted, Is.False, "The second has the slot.");
        await Eventually.IsAsync(() => slots.Returning == 1);
        second.Dispose();

        Assert.That(await waiting.WaitAsync(Deadline), Is.SameAs(Success));
        Assert.That(third.IsCompleted, Is.False);
        first.Dispose();
        (await third.WaitAsync(Deadline)).Dispose();
    }

    [Test]
    public async Task Waiting_for_a_slot_takes_no_time_of_a_request()
    {
        var slots = Create(1);
        using var first = await BeginAsync(slots);
        clock.Advance(Limit / 2);
        var waiting = LeaveAsync(first, () => answer.Task);
        var second = await BeginAsync(slots);
        answer.SetResult(Success);
        await Eventually.IsAsync(() => slots.Returning == 1);

        clock.Advance(Limit - TimeSpan.FromSeconds(1));
        second.Dispose();
        await waiting.WaitAsync(Deadline);

        Assert.That(first.Token.IsCancellationRequested, Is.False);
        clock.Advance((Limit / 2) - TimeSpan.FromSeconds(1));
        Assert.That(first.Token.IsCancellationRequested, Is.False);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(first.Token.IsCancellationRequested, Is.True);
    }

    [Test]
    public async Task The_time_of_the_handler_counts()
    {
        using var turn = await BeginAsync(Create(1));
        var waiting = LeaveAsync(turn, async () =>
        {
            await Task.Delay(Timeout.Infinite, turn.Token);
            return Success;
        });

        clock.Advance(Limit);

        Assert.That(async () => await waiting.WaitAsync(Deadline), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_request_that_gives_up_waiting_takes_no_slot()
    {
        var slots = Create(1);
        var first = await BeginAsync(slots);
        using var patience = new CancellationTokenSource();
        var second = slots.BeginAsync(patience.Token, CancellationToken.None);
        await patience.CancelAsync();

        Assert.That(async () => await second.WaitAsync(Deadline), Throws.InstanceOf<OperationCanceledException>());
        first.Dispose();
        using var third = await BeginAsync(slots).WaitAsync(Deadline);
    }

    [Test]
    public async Task A_request_that_does_not_get_its_slot_back_for_long_ends_and_takes_none()
    {
        var slots = Create(1);
        using var first = await BeginAsync(slots);
        var waiting = LeaveAsync(first, () => answer.Task);
        var second = await BeginAsync(slots);
        answer.SetResult(Success);
        await Eventually.IsAsync(() => slots.Returning == 1);

        clock.Advance(Limit);

        Assert.That(async () => await waiting.WaitAsync(Deadline), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(first.Token.IsCancellationRequested, Is.True);
        second.Dispose();
        using var third = await BeginAsync(slots).WaitAsync(Deadline);
    }

    [Test]
    public async Task A_handler_that_throws_leaves_its_request_without_a_slot_and_frees_none_twice()
    {
        var slots = Create(1);
        var first = await BeginAsync(slots);

        Assert.That(async () => await LeaveAsync(first, () => throw new InvalidOperationException("no")), Throws.InvalidOperationException);

        using var second = await BeginAsync(slots).WaitAsync(Deadline);
        first.Dispose();
        Assert.That(BeginAsync(slots).IsCompleted, Is.False);
    }

    [Test]
    public async Task A_result_that_is_not_written_waits_for_no_slot()
    {
        var slots = Create(1);
        using var first = await BeginAsync(slots);
        var leaving = first.LeaveAsync(1, () => answer.Task, _ => false, _ => false);
        using var second = await BeginAsync(slots);

        answer.SetResult(Success);

        Assert.That(await leaving.WaitAsync(Deadline), Is.SameAs(Success));
        Assert.That((slots.Returning, first.Result), Is.EqualTo((0, Success)));
    }

    [Test]
    public async Task Requests_whose_documents_do_not_fit_into_memory_wait_with_their_slots()
    {
        var slots = Create(1);
        var small = await BeginAsync(slots);
        var held = LeaveAsync(small, () => answer.Task, HeldDocuments.MaxBytes);
        var large = await BeginAsync(slots).WaitAsync(Deadline);
        var keeping = LeaveAsync(large, () => answer.Task);
        var third = BeginAsync(slots);

        Assert.That(third.IsCompleted, Is.False);
        answer.SetResult(Success);
        await keeping.WaitAsync(Deadline);
        Assert.That(await Eventually.IsAsync(() => slots.Returning == 1), Is.True);
        large.Dispose();
        await held.WaitAsync(Deadline);
        small.Dispose();

        // The first document is no longer in memory.
        using var next = await third.WaitAsync(Deadline);
        var leaving = LeaveAsync(next, () => new TaskCompletionSource<ActionResult>().Task, HeldDocuments.MaxBytes);
        using var other = await BeginAsync(slots).WaitAsync(Deadline);
        Assert.That(leaving.IsCompleted, Is.False);
    }

    private static Task<ActionResult> LeaveAsync(Turn turn, Func<Task<ActionResult>> perform, int documentBytes = 1) =>
        turn.LeaveAsync(documentBytes, perform, _ => true, _ => false);

    private SyncGatewaySlots Create(int count) => new(count, Limit, new HeldDocuments(), clock);

    private static Task<Turn> BeginAsync(SyncGatewaySlots slots) => slots.BeginAsync(CancellationToken.None, CancellationToken.None);
}
