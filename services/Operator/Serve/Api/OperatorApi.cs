using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OfflineActions.Contracts;
using OfflineActions.Messaging.Queues;
using OfflineActions.Operator.DeadLetters;
using OfflineActions.Operator.Options;
using OfflineActions.Operator.Pausing;
using OfflineActions.Operator.Serve.Access;
using OfflineActions.Operator.Serve.DeadLetters;
using OfflineActions.Operator.Serve.Documents;
using OfflineActions.Operator.Serve.Jobs;
using OfflineActions.Operator.Serve.Pausing;
using OfflineActions.Operator.Serve.State;
using OfflineActions.ServiceDefaults.Logging;
using OfflineActions.SyncGateway;

namespace OfflineActions.Operator.Serve.Api;

/// <summary>The API: everything that the page shows and does, as JSON. <c>/api/openapi.json</c> describes it.</summary>
internal static class OperatorApi
{
    /// <summary>What is said when no job can be started.</summary>
    public const string TooManyJobs = "Too many jobs run already. Wait until one has ended.";

    private const int MaxPage = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").AddEndpointFilter(AnswerUnavailableAsync);
        api.MapGet("/overview", GetOverview).WithSummary("The state of each part and of each queue.");
        api.MapGet("/history", GetHistory).WithSummary("The numbers of one action in the last half an hour.");
        api.MapGet("/services", (PresenceBoard board) => board.List()).WithSummary("What gateways and workers say about themselves.");
        api.MapGet("/dead-letters", ListAsync).WithSummary("Dead letters, filtered and page by page.");
        api.MapGet("/dead-letters/message", ShowAsync).WithSummary("One complete dead letter; its document only if that is asked for.");
        api.MapPost("/dead-letters/replay", ReplayAsync).RequireAuthorization(OperatorRole.Act)
            .WithSummary("Requests again what failed. Confirm the number, or make a dry run.");
        api.MapPost("/dead-letters/discard", DiscardAsync).RequireAuthorization(OperatorRole.Act)
            .WithSummary("Removes dead letters. Confirm the number, or make a dry run.");
        api.MapPost("/actions/{action}/pause", PauseAsync).RequireAuthorization(OperatorRole.Act)
            .WithSummary("Lets workers take no more messages of an action. Say why, and confirm its name.");
        api.MapPost("/actions/{action}/resume", ResumeAsync).RequireAuthorization(OperatorRole.Act)
            .WithSummary("Lets workers take the messages of a paused action again. Confirm its name. With since, only that pause ends.");
        api.MapGet("/document", FindDocumentAsync).WithSummary("One document, and in words why it has no result yet.");
        api.MapPost("/document/publish", PublishDocument).RequireAuthorization(OperatorRole.Act)
            .WithSummary("Publishes the message of one open request at once, so that a worker tries it without waiting for a delay.");
        api.MapPost("/reconcile", ReconcileAsync).RequireAuthorization(OperatorRole.Act)
            .WithSummary("Searches the documents for open requests, and publishes them again if wanted.");
        api.MapGet("/topology", (TopologyReading topology, CancellationToken cancellationToken) => topology.ReadAsync(cancellationToken))
            .WithSummary("Queues that are missing or differ from what this version declares.");
        api.MapGet("/jobs", (JobBoard jobs) => jobs.List()).WithSummary("The last jobs, the newest first.");
        api.MapGet("/jobs/{id}", GetJob).WithSummary("One job and its results.");
        api.MapGet("/jobs/{id}/messages", GetJobMessages).RequireAuthorization(OperatorRole.Act)
            .WithSummary("The complete messages that a job has discarded, one JSON object a line.");
        api.MapPost("/jobs/{id}/stop", StopJob).RequireAuthorization(OperatorRole.Act).WithSummary("Stops a job. What was done stays done.");
        api.MapGet("/events", StateEvents.SendAsync).WithSummary("Server-sent events: one each time the state was read.").ExcludeFromDescription();
    }

    /// <summary>Who sends a request.</summary>
    public static string NameOf(ClaimsPrincipal user) => user.Identity?.Name ?? "unknown";

    private static Overview GetOverview(StateWatch watch, DelayReading delays)
    {
        delays.Attend();
        return watch.Now;
    }

    private static Results<Ok<IReadOnlyList<HistoryPoint>>, ProblemHttpResult> GetHistory(string action, StateWatch watch, ActionCatalog actions) =>
        actions.Actions.Any(known => known.States.Name == action)
            ? TypedResults.Ok(watch.GetHistory(action))
            : NotFound($"There is no action '{action}'.");

    private static async Task<Results<Ok<DeadLetterPage>, ProblemHttpResult>> ListAsync(
        [AsParameters] DeadLetterFilter filter,
        DeadLetterStore store,
        TimeProvider clock,
        CancellationToken cancellationToken,
        int page = 1,
        int size = 100)
    {
        if (filter.FindErrors(store).FirstOrDefault() is { } error)
        {
            return BadRequest(error);
        }

        if (page < 1 || size is < 1 or > MaxPage)
        {
            return BadRequest($"page must be 1 or more, and size from 1 to {MaxPage}.");
        }

        var list = await store.ReadAsync(cancellationToken);
        return TypedResults.Ok(DeadLetterPage.Create(list, filter.Apply(list, store, clock.GetUtcNow()), page, size));
    }

    private static async Task<Results<Ok<DeadLetterDump>, ProblemHttpResult>> ShowAsync(
        string id,
        DeadLetterStore store,
        SyncGatewayClient documents,
        ClaimsPrincipal user,
        ILogger<DeadLetterDump> log,
        CancellationToken cancellationToken,
        bool document = false)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } letter)
        {
            return NotFound($"There is no dead letter {id} now.");
        }

        var dump = DeadLetterDump.From(letter);
        if (!document)
        {
            return TypedResults.Ok(dump);
        }

        log.DocumentShown(
            VisibleText.Escape(NameOf(user)), VisibleText.Escape(letter.Request?.DocumentId ?? ""), VisibleText.Escape(letter.Request?.Keyspace ?? ""));
        return TypedResults.Ok(dump with { Document = await ShowCommand.ReadAsync(documents, letter, cancellationToken) });
    }

    private static Task<Results<Accepted<JobView>, ProblemHttpResult>> ReplayAsync(
        ActRequest request, DeadLetterActs acts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        StartAsync(JobKind.Replay, request, acts, user, cancellationToken);

    private static Task<Results<Accepted<JobView>, ProblemHttpResult>> DiscardAsync(
        ActRequest request, DeadLetterActs acts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        StartAsync(JobKind.Discard, request, acts, user, cancellationToken);

    private static async Task<Results<Accepted<JobView>, ProblemHttpResult>> StartAsync(
        JobKind kind, ActRequest request, DeadLetterActs acts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        await acts.StartAsync(kind, request, NameOf(user), cancellationToken) switch
        {
            ActAnswer.Started { Job: var job } => Accept(job),
            ActAnswer.Refused refused => TypedResults.Problem(
                refused.Reason, statusCode: refused.Status, extensions: new Dictionary<string, object?> { ["count"] = refused.Count }),
            var unknown => throw new InvalidOperationException($"Unknown answer: {unknown}"),
        };

    private static async Task<Results<Ok<FoundDocument>, ProblemHttpResult>> FindDocumentAsync(
        string id,
        DocumentFinder finder,
        IOptions<OperatorOptions> options,
        ClaimsPrincipal user,
        ILogger<DocumentFinder> log,
        CancellationToken cancellationToken,
        string? keyspace = null,
        bool body = false)
    {
        keyspace ??= options.Value.EffectiveKeyspaces[0];
        if (FindError(keyspace, id) is { } error)
        {
            return BadRequest(error);
        }

        if (body)
        {
            log.DocumentShown(VisibleText.Escape(NameOf(user)), VisibleText.Escape(id), keyspace);
        }

        return TypedResults.Ok(await finder.FindAsync(keyspace, id, body, cancellationToken));
    }

    private static Results<Accepted<JobView>, ProblemHttpResult> PublishDocument(
        PublishRequest request, ReconcileJobs jobs, IOptions<OperatorOptions> options, ClaimsPrincipal user)
    {
        var keyspace = request.Keyspace ?? options.Value.EffectiveKeyspaces[0];
        return FindError(keyspace, request.Id) is { } error ? BadRequest(error)
            : jobs.StartPublishing(NameOf(user), keyspace, request.Id) is { } job ? Accept(job)
            : TypedResults.Problem(TooManyJobs, statusCode: StatusCodes.Status429TooManyRequests);
    }

    /// <summary>What is wrong with the name of a document; null when nothing is.</summary>
    private static string? FindError(string keyspace, string id) =>
        !Keyspace.IsValid(keyspace) ? $"'{keyspace}' is not a keyspace: write {Keyspace.Expected}."
        : !DocumentId.IsValid(id) ? "No document can have this id."
        : null;

    private static Results<Accepted<JobView>, ProblemHttpResult> ReconcileAsync(ReconcileRequest request, ReconcileJobs jobs, ClaimsPrincipal user)
    {
        var olderThan = string.IsNullOrEmpty(request.OlderThan) ? (TimeSpan?)null : DurationOption.Parse(request.OlderThan);
        if (olderThan is null && !string.IsNullOrEmpty(request.OlderThan))
        {
            return BadRequest("olderThan must be a whole number and a unit: 90s, 10m, 24h, 7d.");
        }

        return jobs.Start(NameOf(user), olderThan, request.Repair) is { } job
            ? Accept(job)
            : TypedResults.Problem(TooManyJobs, statusCode: StatusCodes.Status429TooManyRequests);
    }

    private static async Task<Results<Ok<PauseRow>, ProblemHttpResult>> PauseAsync(
        string action, PauseRequest request, PauseActs acts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        Answer(await acts.PauseAsync(action, request, NameOf(user), cancellationToken));

    private static async Task<Results<Ok<PauseRow>, ProblemHttpResult>> ResumeAsync(
        string action, ResumeRequest request, PauseActs acts, ClaimsPrincipal user, CancellationToken cancellationToken) =>
        Answer(await acts.ResumeAsync(action, request, NameOf(user), cancellationToken));

    private static Results<Ok<PauseRow>, ProblemHttpResult> Answer(PauseAnswer answer) => answer switch
    {
        PauseAnswer.Done { Row: var row } => TypedResults.Ok(row),
        PauseAnswer.Refused refused => TypedResults.Problem(refused.Reason, statusCode: refused.Status),
        var unknown => throw new InvalidOperationException($"Unknown answer: {unknown}"),
    };

    private static Results<Ok<JobView>, ProblemHttpResult> GetJob(string id, JobBoard jobs) =>
        jobs.Find(id) is { } job ? TypedResults.Ok(job.Read()) : NotFound($"There is no job {id}.");

    private static Results<ContentHttpResult, ProblemHttpResult> GetJobMessages(string id, JobBoard jobs) => jobs.Find(id) is { } job
        ? TypedResults.Text(string.Concat(job.ReadKept().Select(line => line + "\n")), "application/jsonl; charset=utf-8")
        : NotFound($"There is no job {id}.");

    private static Results<Ok<JobView>, ProblemHttpResult> StopJob(string id, JobBoard jobs)
    {
        if (jobs.Find(id) is not { } job)
        {
            return NotFound($"There is no job {id}.");
        }

        job.Stop();
        return TypedResults.Ok(job.Read());
    }

    private static Accepted<JobView> Accept(Job job) => TypedResults.Accepted($"/api/jobs/{job.Id}", job.Read());

    private static ProblemHttpResult NotFound(string reason) => TypedResults.Problem(reason, statusCode: StatusCodes.Status404NotFound);

    private static ProblemHttpResult BadRequest(string reason) => TypedResults.Problem(reason, statusCode: StatusCodes.Status400BadRequest);

    private static async ValueTask<object?> AnswerUnavailableAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception error) when (error is BrokerUnavailableException or UnavailableException)
        {
            return TypedResults.Problem(error.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}

/// <summary>A document whose request is to be tried at once.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Keyspace">Its keyspace; null for the first that is configured.</param>
internal sealed record PublishRequest(string Id, string? Keyspace = null);

/// <summary>A search for open requests.</summary>
/// <param name="OlderThan">Search twice, that time apart, for those still open: <c>90s</c>, <c>10m</c>. Null to search once.</param>
/// <param name="Repair">Whether to publish the messages of what is found.</param>
internal sealed record ReconcileRequest(string? OlderThan = null, bool Repair = false);

/// <summary>One page of dead letters.</summary>
/// <param name="Rows">The letters.</param>
/// <param name="Page">The number of the page, from 1.</param>
/// <param name="Pages">How many pages there are.</param>
/// <param name="Matching">How many letters the filter selects.</param>
/// <param name="All">How many letters were read.</param>
/// <param name="NotRead">How many more there are than are read.</param>
/// <param name="ReadAt">When they were read, in UTC.</param>
/// <param name="IsLocked">Whether somebody replays or discards now, so that this is what they were before.</param>
internal sealed record DeadLetterPage(
    IReadOnlyList<DeadLetterRow> Rows, int Page, int Pages, int Matching, int All, long NotRead, DateTimeOffset ReadAt, bool IsLocked)
{
    public static DeadLetterPage Create(DeadLetterList list, IReadOnlyList<DeadLetterRow> matching, int page, int size) => new(
        [.. matching.Skip((int)Math.Min(int.MaxValue, (long)(page - 1) * size)).Take(size)],
        page,
        Math.Max(1, (matching.Count + size - 1) / size),
        matching.Count,
        list.Rows.Count,
        list.NotRead,
        list.ReadAt,
        list.IsLocked);
}
