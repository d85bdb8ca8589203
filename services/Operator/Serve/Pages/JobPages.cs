using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using OfflineActions.Operator.Options;
using OfflineActions.Operator.Serve.Api;
using OfflineActions.Operator.Serve.Jobs;
using OfflineActions.Operator.Serve.State;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>The jobs, one of them, and the form that starts a search for open requests.</summary>
internal static class JobPages
{
    private const int MaxRows = 200;

    public static IResult List(HttpContext context, Layout layout, JobBoard jobs) => layout.Show(
        context,
        "Jobs",
        Html.Of($"""
            <p class="soft">What was done from this page since it started, and by whom. The log has all of it, with the event ids 8001 and 8002.</p>
            <div id="jobs" data-live>{ShowList(jobs.List(), layout.Now)}</div>
            """),
        refresh: 2);

    public static IResult Show(string id, HttpContext context, Layout layout, JobBoard jobs) => jobs.Find(id)?.Read() is { } job
        ? layout.Show(
            context, Title(job), Html.Of($"""<div id="job" data-live>{ShowJob(job, layout.Now, Layout.MayAct(context.User))}</div>"""), refresh: job.IsRunning ? 2 : 0)
        : layout.ShowProblem(context, "Job", "There is no such job. Jobs are forgotten when this page restarts.", StatusCodes.Status404NotFound);

    public static IResult Stop(string id, JobBoard jobs)
    {
        jobs.Find(id)?.Stop();
        return Results.LocalRedirect($"/jobs/{Uri.EscapeDataString(id)}");
    }

    public static IResult ShowReconcile(HttpContext context, Layout layout) => layout.Show(context, "Open requests", Html.Of($"""
        <p>Searches every document for requests that have no result. A document does not say when it was written, so to find old ones the search
        looks twice. It reads the whole changes feed: with millions of documents that takes minutes.</p>
        {(Layout.MayAct(context.User)
            ? Html.Of($"""
                <form action="/reconcile" method="post" class="row">
                <label>Open for at least <input name="olderThan" placeholder="10m" size="6" autocomplete="off"></label>
                <label class="check"><input type="checkbox" name="repair" value="true"> Publish them again (a request is answered once, however often)</label>
                <button>Search</button></form>
                """)
            : Html.Of($"<p>Your role is look: ask somebody who may act.</p>"))}
        """));

    public static async Task<IResult> StartReconcileAsync(
        HttpContext context, Layout layout, ReconcileJobs jobs, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var text = form["olderThan"].ToString();
        var olderThan = text.Length == 0 ? (TimeSpan?)null : DurationOption.Parse(text);
        if (text.Length > 0 && olderThan is null)
        {
            return layout.ShowProblem(
                context, "Open requests", "Write a whole number and a unit: 90s, 10m, 24h, 7d.", StatusCodes.Status400BadRequest);
        }

        return jobs.Start(OperatorApi.NameOf(user), olderThan, isRepair: form["repair"] == "true") is { } job
            ? Results.LocalRedirect($"/jobs/{job.Id}")
            : layout.ShowProblem(
                context, "Open requests", OperatorApi.TooManyJobs, StatusCodes.Status429TooManyRequests);
    }

    private static Html ShowList(IReadOnlyList<JobView> jobs, DateTimeOffset now) => jobs.Count == 0
        ? Html.Of($"<p>No job yet.</p>")
        : Html.Of($"""
            <div class="scroll" role="region" aria-label="Jobs" tabindex="0"><table><thead><tr><th scope="col">Job</th><th scope="col">Who</th>
            <th scope="col">What</th><th scope="col">Started</th><th scope="col">State</th><th scope="col">Result</th></tr></thead>
            <tbody>{Html.Each(jobs, job => Html.Of($"""
                <tr><th scope="row"><a href="/jobs/{job.Id}">{Title(job)}</a></th><td>{Html.Visible(job.User)}</td><td>{Html.Visible(job.Selection)}</td>
                <td>{Words.Ago(job.StartedAt, now)}</td><td>{StateOf(job)}</td><td>{job.Summary}</td></tr>
                """))}</tbody></table></div>
            """);

    private static Html ShowJob(JobView job, DateTimeOffset now, bool mayAct) => Html.Of($"""
        <p class="headline">{Describe(job)}</p>
        {Html.When(job.IsRunning && job.Total > 0, () => Html.Of($"""
            <p><progress max="{job.Total}" value="{job.Done}" aria-label="Progress">{job.Done} of {job.Total}</progress> {job.Done} of {job.Total}</p>
            """))}
        <dl><div><dt>What</dt><dd>{Html.Visible(job.Selection)}</dd></div><div><dt>Who</dt><dd>{Html.Visible(job.User)}</dd></div>
        <div><dt>Started</dt><dd>{Words.Time(job.StartedAt)} ({Words.Ago(job.StartedAt, now)})</dd></div>
        {Html.When(job.EndedAt is not null, () => Html.Of($"<div><dt>Took</dt><dd>{Words.Duration(job.EndedAt!.Value - job.StartedAt)}</dd></div>"))}</dl>
        {Html.Each(job.Notes, note => Html.Of($"<p>{Html.Visible(note)}</p>"))}
        {Html.When(job.IsRunning && mayAct, () => Html.Of($"""
            <form action="/jobs/{job.Id}/stop" method="post"><button class="quiet" id="stop">Stop</button></form>
            """))}
        {Html.When(job.Kept > 0 && mayAct, () => Html.Of($"""
            <p><a href="/api/jobs/{job.Id}/messages" download="discarded-{job.Id}.jsonl">Download the {Words.Count(job.Kept, "complete message")}</a>
            <span class="soft">This page forgets them when it restarts.</span></p>
            """))}
        {Html.When(job.Rows.Count > 0, () => Html.Of($"""
            <div class="scroll" role="region" aria-label="Results" tabindex="0"><table><thead><tr><th scope="col">Document</th><th scope="col">Result</th></tr></thead>
            <tbody>{Html.Each(job.Rows.Take(MaxRows), row => Html.Of($"""
                <tr><th scope="row">{DocumentForm.Link(row.Keyspace, row.Document)}</th><td>{Html.Visible(row.Words)}</td></tr>
                """))}</tbody></table></div>
            {Html.When(job.Done > MaxRows, () => Html.Of($"<p>… and {Words.Number(job.Done - MaxRows)} more. The API has the first {Words.Number(Job.MaxRows)}.</p>"))}
            """))}
        """);

    private static string Title(JobView job) => job.Kind switch
    {
        JobKind.Replay => job.DryRun ? "Dry run of a replay" : "Replay",
        JobKind.Discard => job.DryRun ? "Dry run of a discard" : "Discard",
        JobKind.Publish => "Try one request now",
        _ => job.DryRun ? "Search for open requests" : "Search for open requests, with repair",
    };

    /// <summary>Its state and result. A dry run never sounds as if it had done something.</summary>
    private static string Describe(JobView job) => job switch
    {
        { Outcomes.Count: 0, State: JobState.Done } => "Done: there was nothing to do",
        { Outcomes.Count: 0 } => StateOf(job),
        { DryRun: true, Kind: not JobKind.Reconcile } => $"{StateOf(job)}, and nothing was changed. It would be: {job.Summary}",
        _ => $"{StateOf(job)}: {job.Summary}",
    };

    private static string StateOf(JobView job) => job.State switch
    {
        JobState.Waiting => "Waits for another job",
        JobState.Running => "Runs",
        JobState.Done => "Done",
        JobState.Stopped => "Stopped",
        _ => "Failed",
    };
}
