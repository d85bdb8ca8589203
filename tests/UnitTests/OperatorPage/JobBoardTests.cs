using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using OfflineActions.Operator.Serve.Jobs;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>What jobs keep for download is bounded together, too.</summary>
public sealed class JobBoardTests
{
    private const int Kept = 15 * 1024 * 1024;

    [Test]
    public async Task The_oldest_jobs_give_up_first_what_they_keep_and_say_so()
    {
        using var lifetime = new Lifetime();
        var board = new JobBoard(TimeProvider.System, lifetime.Application, NullLogger<JobBoard>.Instance);
        for (var number = 0; number < 5; number++)
        {
            var job = board.Start(JobKind.Discard, isDryRun: false, "anna", $"{number}", 1, (job, _) =>
            {
                Assert.That(job.TryKeep(new string('x', Kept)), Is.True);
                return Task.CompletedTask;
            })!;
            Assert.That(await Eventually.IsAsync(() => job.IsEnded), Is.True);
        }

        Assert.That(await Eventually.IsAsync(() => board.List().Sum(job => job.Kept) == 2), Is.True);
        var jobs = board.List();
        Assert.That(jobs.Select(job => job.Kept), Is.EqualTo((int[])[1, 1, 0, 0, 0]), "The newest come first.");
        Assert.That(jobs[^1].Notes, Has.One.EqualTo("1 complete message can no longer be downloaded: later jobs needed the room."));
        Assert.That(jobs[^1].State, Is.EqualTo(JobState.Done));
    }

    private sealed class Lifetime : IDisposable
    {
        public ApplicationLifetime Application { get; } = new(NullLogger<ApplicationLifetime>.Instance);

        public void Dispose() => Application.StopApplication();
    }
}
