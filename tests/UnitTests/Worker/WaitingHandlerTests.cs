using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Contracts;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

public sealed class WaitingHandlerTests
{
    private static readonly ActionContract Contract = ActionCatalog.Default.GetByMessage<PersonRequested>();

    [Test]
    public async Task While_handlers_wait_other_requests_are_read_and_written()
    {
        await using var outside = await Emulated.StartAsync();
        using var host = WorkerHost.Create(outside.Gateway.PublicUrl);
        var runner = host.Services.GetRequiredService<ActionRunner>();
        var slots = new SyncGatewaySlots(1, TimeSpan.FromMinutes(1), new HeldDocuments(), TimeProvider.System);
        var started = 0;
        var answer = new TaskCompletionSource<ActionResult>(TaskCreationOptions.RunContinuationsAsynchronously);

        // There is one slot for Sync Gateway, and every handler waits.
        var waiting = Enumerable.Range(1, 50).Select(number => RunAsync($"waiting-{number}", () =>
        {
            Interlocked.Increment(ref started);
            return answer.Task;
        })).ToArray();

        Assert.That(await Eventually.IsAsync(() => started == 50), Is.True, $"{started} handlers were started.");
        var quick = await RunAsync("quick", () => Task.FromResult<ActionResult>(new ActionResult.Succeeded([])));
        Assert.That(quick, Is.EqualTo(new RunOutcome.Completed(HasWritten: true)));
        answer.SetResult(new ActionResult.Succeeded([]));
        Assert.That(await Task.WhenAll(waiting), Has.All.EqualTo(new RunOutcome.Completed(HasWritten: true)));

        async Task<RunOutcome> RunAsync(string id, Func<Task<ActionResult>> perform)
        {
            var revision = (await outside.Admin.PutAnswerAsync($"db/{id}", """{"action":"person_request"}""")).Revision;
            var attempt = new Attempt(
                Contract.States,
                Contract.CreateMessage("db", id, revision, DateTimeOffset.UnixEpoch),
                new FunctionHandler(_ => perform(), TimeSpan.FromSeconds(40)),
                Number: 1,
                IsLast: false);
            using var turn = await slots.BeginAsync(CancellationToken.None, CancellationToken.None);
            return await runner.RunAsync(attempt, turn, CancellationToken.None);
        }
    }
}
