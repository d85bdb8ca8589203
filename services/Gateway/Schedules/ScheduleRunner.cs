using System.Diagnostics;
using OfflineActions.ServiceDefaults.Tracing;
using OfflineActions.SyncGateway;

namespace OfflineActions.Gateway.Schedules;

/// <summary>
/// Writes the documents of one schedule when they are due. Any number of gateways do so at once: the id of a document is its due time, so
/// the first one writes it, and the others find it.
/// </summary>
internal sealed class ScheduleRunner(
    Schedule schedule,
    SyncGatewayClient documents,
    ScheduleMarker marker,
    ScheduleTelemetry telemetry,
    SemaphoreSlim turns,
    TimeProvider clock,
    ILogger log)
{
    /// <summary>A jump of the clock is noticed after this time at the latest, and no timer is longer.</summary>
    private static readonly TimeSpan MaxSleep = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MinSleep = TimeSpan.FromMilliseconds(1);

    /// <summary>How often the marker follows a schedule that is due more often.</summary>
    private static readonly TimeSpan MarkEvery = TimeSpan.FromMinutes(5);

    /// <summary>How often the marker is renewed without a due time: Sync Gateway forgets a <c>_local</c> document after 90 days.</summary>
    private static readonly TimeSpan RenewEvery = TimeSpan.FromDays(1);

    private readonly Backoff backoff = new(clock);
    private readonly Lock position = new();
    private DateTimeOffset settledUntil = clock.GetUtcNow();
    private DateTimeOffset markedUntil;
    private bool hasUnmarked;
    private volatile string? problem;

    /// <summary>The schedule.</summary>
    public Schedule Schedule => schedule;

    /// <summary>Why no document can be written; null while they can be.</summary>
    public string? Problem => problem;

    /// <summary>How long the oldest due time that is not settled has been due; zero when there is none.</summary>
    public TimeSpan Overdue =>
        clock.GetUtcNow() - Schedule.Times.Next(SettledUntil) is { Ticks: > 0 } late ? late : TimeSpan.Zero;

    /// <summary>The due times up to this time are settled. It may be in the future, when the clock was set back.</summary>
    private DateTimeOffset SettledUntil
    {
        get
        {
            lock (position)
            {
                return settledUntil;
            }
        }

        set
        {
            lock (position)
            {
                settledUntil = value;
            }
        }
    }

    /// <summary>Runs until the gateway stops.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var isRestored = false;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var cause = isRestored ? null : await RestoreAsync(cancellationToken);
                isRestored |= cause is null;
                cause ??= await SettleAllAsync(cancellationToken);
                if (cause is null)
                {
                    Recovered();
                    await MarkAsync(cancellationToken);
                    await SleepAsync(cancellationToken);
                }
                else
                {
                    Failed(cause.Reason);
                    await backoff.WaitAsync(cause.RetryAfter, cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // No error may end the loop: nothing else would write the documents.
                log.ScheduleError(error, schedule.Name);
                Failed(error.Message);
                await backoff.WaitAsync(null, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Begins where the marker says that the schedule is settled; a new schedule begins at the start of this process.</summary>
    private async Task<Unavailability?> RestoreAsync(CancellationToken cancellationToken)
    {
        using var turn = await TakeTurnAsync(cancellationToken);
        var (marked, cause) = await marker.ReadAsync(cancellationToken);
        if (cause is not null)
        {
            return cause;
        }

        if (marked is { } until)
        {
            // A marker of the future was written by a clock that was wrong.
            SettledUntil = until < SettledUntil ? until : SettledUntil;
        }
        else
        {
            log.ScheduleIsNew(schedule.Name, schedule.Times.Next(SettledUntil));
        }

        hasUnmarked = true;
        return null;
    }

    /// <returns>Why it has to be tried again; null when all due times are settled.</returns>
    private async Task<Unavailability?> SettleAllAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        // After the clock was set back, due times come again. They have their documents.
        var after = SettledUntil < now ? SettledUntil : now;
        foreach (var due in schedule.FindDue(after, now))
        {
            using var turn = await TakeTurnAsync(cancellationToken);
            if (await SettleAsync(due, cancellationToken) is { } cause)
            {
                return cause;
            }

            SettledUntil = due;
            hasUnmarked = true;
        }

        SettledUntil = now;
        return null;
    }

    /// <summary>Makes sure that the document of a due time exists, or has existed.</summary>
    /// <returns>Why it has to be tried again; null when it is settled.</returns>
    private async Task<Unavailability?> SettleAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        var document = schedule.CreateDocument(due);
        switch (await documents.ReadAsync(schedule.Keyspace, document.Id, cancellationToken))
        {
            case ReadOutcome.Missing:
                return await WriteAsync(document, due, cancellationToken);
            case ReadOutcome.Unavailable { IsForbidden: false } unavailable:
                return unavailable.Cause;
            default:
                // Also a deleted document, or one that may not be read.
                telemetry.Settled(schedule.Name, Settlement.Existing);
                return null;
        }
    }

    private async Task<Unavailability?> WriteAsync(Document document, DateTimeOffset due, CancellationToken cancellationToken)
    {
        using var span = ScheduleTelemetry.Start(schedule, document.Id);
        var trace = TraceContext.From(span) ?? TraceContext.Begin();
        using var scope = log.BeginScope(new RequestTrace(trace));
        var written = document with { Body = document.Body.With(TraceContext.Name, trace.ToString()) };
        switch (await documents.CreateOnceAsync(schedule.Keyspace, written, cancellationToken))
        {
            case WriteOutcome.Written:
                await ReportAsync(document.Id, trace, due, cancellationToken);
                return null;
            case WriteOutcome.Conflict:
                telemetry.Settled(schedule.Name, Settlement.Existing);
                return null;
            case WriteOutcome.Refused refused:
                log.ScheduleRefused(schedule.Name, document.Id, refused.Status, refused.Reason);
                telemetry.Settled(schedule.Name, Settlement.Refused);
                span?.SetStatus(ActivityStatusCode.Error, refused.Reason);
                return null;
            case WriteOutcome.Unavailable unavailable:
                span?.SetStatus(ActivityStatusCode.Error, unavailable.Cause.Reason);
                return unavailable.Cause;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Logs and counts a document in one gateway only: all whose writes met at Sync Gateway got the same answer.</summary>
    private async Task ReportAsync(string id, TraceContext trace, DateTimeOffset due, CancellationToken cancellationToken)
    {
        if (await documents.ReadAsync(schedule.Keyspace, id, cancellationToken) is ReadOutcome.Found found && found.Document.Trace != trace)
        {
            telemetry.Settled(schedule.Name, Settlement.Existing);
            return;
        }

        var late = clock.GetUtcNow() - due;
        telemetry.Settled(schedule.Name, Settlement.Written);
        telemetry.Written(schedule.Name, late);
        if (late > schedule.MissedAfter)
        {
            log.ScheduleMadeUp(schedule.Name, id, (long)late.TotalSeconds);
        }
        else
        {
            log.ScheduleWritten(schedule.Name, id);
        }
    }

    private async Task MarkAsync(CancellationToken cancellationToken)
    {
        var settled = SettledUntil;
        var age = (settled - markedUntil).Duration();
        if (age >= RenewEvery || (hasUnmarked && age >= MarkEvery))
        {
            using var turn = await TakeTurnAsync(cancellationToken);
            if (await marker.WriteAsync(settled, cancellationToken))
            {
                (markedUntil, hasUnmarked) = (settled, false);
            }
        }
    }

    private Task SleepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var sleep = schedule.Times.Next(now < SettledUntil ? now : SettledUntil) - now ?? MaxSleep;
        sleep = sleep < MinSleep ? MinSleep : sleep;
        return Task.Delay(sleep < MaxSleep ? sleep : MaxSleep, clock, cancellationToken);
    }

    private async Task<Turn> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken);
        return new Turn(turns);
    }

    private void Failed(string reason)
    {
        if (problem != reason)
        {
            problem = reason;
            log.ScheduleFailed(schedule.Name, reason);
        }
    }

    private void Recovered()
    {
        backoff.Reset();
        if (problem is not null)
        {
            problem = null;
            log.ScheduleRecovered(schedule.Name);
        }
    }

    private readonly struct Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
