using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>A handler that computes has a thread of its own, so that it keeps none of the pool from others.</summary>
public sealed class ComputingHandlerTests
{
    private static readonly ActionRequest Request = new("d", "1-a", []);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Everything_that_it_does_runs_on_one_thread_that_is_not_of_the_pool()
    {
        var threads = new ConcurrentBag<(int Id, bool IsPool)>();
        var result = await PerformAsync(async cancellationToken =>
        {
            Note();
            await Task.Yield();
            Note();
            await Task.Run(Note, cancellationToken);
            Note();
            return new ActionResult.Succeeded(new JsonObject());

            void Note() => threads.Add((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread));
        });

        Assert.That(result, Is.TypeOf<ActionResult.Succeeded>());
        Assert.That(threads.Count(thread => thread.IsPool), Is.EqualTo(1), "Only what it gives to the pool itself.");
        Assert.That(threads.Where(thread => !thread.IsPool).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task It_may_throw_at_once_or_later() => Assert.That(
        await Task.WhenAll(
            PerformAsync(_ => throw new InvalidOperationException("at once")),
            PerformAsync(async _ =>
            {
                await Task.Yield();
                throw new InvalidOperationException("later");
            })),
        Has.All.EqualTo(HandlerCall.InternalError));

    [Test]
    public async Task One_that_does_not_end_in_time_has_failed()
    {
        var result = await PerformAsync(async cancellationToken =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return new ActionResult.Succeeded([]);
        }, TimeSpan.FromSeconds(1));

        Assert.That((result as ActionResult.TransientFailure)?.Code, Is.EqualTo("timed_out"));
    }

    private static Task<ActionResult> PerformAsync(Func<CancellationToken, Task<ActionResult>> perform, TimeSpan? timeout = null) =>
        HandlerCall.PerformAsync(new ComputingHandler(perform, timeout ?? Deadline), Request, NullLogger.Instance, CancellationToken.None).WaitAsync(Deadline);

    private sealed class ComputingHandler(Func<CancellationToken, Task<ActionResult>> perform, TimeSpan timeout) : IActionHandler
    {
        public IReadOnlyCollection<string> Inputs => [];

        public TimeSpan Timeout => timeout;

        public bool Computes => true;

        public Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken) => perform(cancellationToken);
    }
}
