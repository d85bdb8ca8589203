using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.Serve.State;
using OfflineActions.ServiceDefaults.Logging;

namespace OfflineActions.Operator.Serve.Jobs;

/// <summary>Runs the jobs that people start, and remembers the last ones. A job goes on when its browser is closed.</summary>
internal sealed class JobBoard(TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<JobBoard> log)
{
    private const int MaxRemembered = 50;
    private const int MaxRunning = 10;

    /// <summary>How many characters of discarded messages all ended jobs keep together for download.</summary>
    private const int MaxKept = 32 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly LinkedList<Job> jobs = [];

    /// <summary>All remembered jobs, the newest first.</summary>
    public IReadOnlyList<JobView> List()
    {
        lock (gate)
        {
            return [.. jobs.Select(job => job.Read())];
        }
    }

    /// <summary>A job; null when there is none.</summary>
    public Job? Find(string id)
    {
        lock (gate)
        {
            return jobs.FirstOrDefault(job => job.Id == id);
        }
    }

    /// <summary>Starts a job and logs who did.</summary>
    /// <returns>Null when too many run already.</returns>
    public Job? Start(
        JobKind kind, bool isDryRun, string user, string selection, int? total, Func<Job, CancellationToken, Task> work)
    {
        var job = new Job(kind, isDryRun, user, selection, total, clock.GetUtcNow());
        lock (gate)
        {
            if (jobs.Count(known => !known.IsEnded) >= MaxRunning)
            {
                return null;
            }

            MakeRoom();
            jobs.AddFirst(job);
            for (var oldest = jobs.Last; jobs.Count > MaxRemembered && oldest is not null; oldest = oldest.Previous)
            {
                if (oldest.Value.IsEnded)
                {
                    jobs.Remove(oldest);
                    break;
                }
            }
        }

        var act = isDryRun ? $"a dry run of {kind}" : kind.ToString();
        var count = total is { } number ? Words.Count(number, "message") : "an unknown number";
        log.ActBegan(VisibleText.Escape(user), act, job.Id, count, VisibleText.Escape(selection));
        _ = Task.Run(() => RunAsync(job, act, user, work), CancellationToken.None);
        return job;
    }

    /// <summary>The oldest jobs give up first what they keep.</summary>
    private void MakeRoom()
    {
        var kept = jobs.Sum(job => (long)job.KeptLength);
        for (var oldest = jobs.Last; kept > MaxKept && oldest is not null; oldest = oldest.Previous)
        {
            if (oldest.Value.IsEnded)
            {
                kept -= oldest.Value.DropKept();
            }
        }
    }

    private async Task RunAsync(Job job, string act, string user, Func<Job, CancellationToken, Task> work)
    {
        using var ended = job;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(job.Stopped, lifetime.ApplicationStopping);
        try
        {
            await work(job, stop.Token);
            job.End(JobState.Done, clock.GetUtcNow());
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            job.End(JobState.Stopped, clock.GetUtcNow(), "Stopped. What was done stays done; the rest is as it was.");
        }
        catch (Exception error) when (error is BrokerUnavailableException or UnavailableException)
        {
            job.End(JobState.Failed, clock.GetUtcNow(), $"{error.Message} Nothing is lost: start it again when that is mended.");
        }
        catch (Exception error)
        {
            // Nobody waits for this task. Without this, a mistake here would look like a job that runs for ever.
            log.JobFailed(error, job.Id);
            job.End(JobState.Failed, clock.GetUtcNow(), "Something went wrong here, see the log. Nothing is lost.");
        }

        lock (gate)
        {
            MakeRoom();
        }

        var result = job.Read();
        log.ActEnded(VisibleText.Escape(user), act, job.Id, result.State.ToString(), result.Summary);
    }
}
