using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OfflineActions.Contracts;
using OfflineActions.Tests.SyncGateway;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>Single attempts beside a scripted Sync Gateway: odd documents, slow answers, and handlers that misbehave.</summary>
public sealed class AttemptTests
{
    private static readonly ActionContract Contract = ActionCatalog.Default.GetByMessage<PersonRequested>();

    private readonly ConcurrentQueue<string> documents = new();
    private ScriptedServer server = null!;
    private IHost? host;
    private SyncGatewaySlots? slots;
    private TimeSpan latency;
    private int conflicts;

    [SetUp]
    public async Task Start()
    {
        documents.Clear();
        slots = null;
        (latency, conflicts) = (TimeSpan.Zero, 0);
        server = await ScriptedServer.StartAsync(async http =>
        {
            await Task.Delay(latency, http.RequestAborted);
            var isWrite = http.Request.Method is "PUT";
            var answer = (isWrite, http.Request.Path.Value!.Contains("/_local/", StringComparison.Ordinal)) switch
            {
                (true, false) when conflicts-- > 0 => (409, """{"error":"conflict","reason":"Document revision conflict"}"""),
                (true, _) => (201, """{"rev":"2-b"}"""),
                _ when http.Request.Path == "/db/forbidden" => (403, """{"error":"Forbidden","reason":"forbidden"}"""),
                _ when http.Request.Path == "/db/left" => (200, """{"_id":"left","_rev":"1-a","_removed":true}"""),
                (false, true) => (404, """{"error":"not_found","reason":"missing"}"""),
                _ => (200, documents.Count > 1 && documents.TryDequeue(out var next) ? next : documents.First()),
            };
            await ScriptedServer.AnswerAsync(http, answer.Item1, answer.Item2);
        });
    }

    [TearDown]
    public async Task Stop()
    {
        host?.Dispose();
        host = null;
        await server.DisposeAsync();
    }

    [TestCase(double.NaN, false)]
    [TestCase(double.NaN, true)]
    [TestCase(null, false)]
    [TestCase(null, true)]
    public async Task An_exception_outside_the_handler_is_a_counted_failure_that_ends_in_the_document(double? value, bool isLast)
    {
        Given("""{"_id":"d","_rev":"1-a","action":"person_request"}""");

        // Neither what is no number nor no result at all can be written.
        var outcome = await RunAsync(
            _ => Task.FromResult<ActionResult>(value is null ? null! : new ActionResult.Succeeded(new JsonObject { ["x"] = value })),
            isLast);

        if (isLast)
        {
            Assert.That(outcome, Is.InstanceOf<RunOutcome.Failed>());
            Assert.That((string?)Written()["action"], Is.EqualTo("person_failure"));
            Assert.That((string?)Written()["error"]!["code"], Is.EqualTo("internal_error"));
        }
        else
        {
            Assert.That(((RunOutcome.Deferred)outcome).Cause, Is.EqualTo(DeferralCause.TransientFailure));
            Assert.That(Writes, Is.Empty);
        }
    }

    [TestCase("a/b", "")]
    [TestCase("db", "")]
    [TestCase("db", "_design/x")]
    public async Task A_message_for_a_document_that_cannot_exist_fails_at_once_with_a_code(string keyspace, string id)
    {
        Given("{}");

        var outcome = await RunAsync(_ => throw new InvalidOperationException(), message: Contract.CreateMessage(keyspace, id, "1-a", default));

        Assert.That(((RunOutcome.Failed)outcome).Code, Is.EqualTo("invalid_message"));
        Assert.That(server.Requests, Is.Empty);
    }

    [TestCase("1e99999999999")]
    [TestCase("-1E-99999999999")]
    [TestCase("""{"a":1,"a":2}""")]
    [TestCase("""[{"a":{"b":"\ud800","b":"\udc00"}}]""")]
    public async Task After_a_conflict_the_same_odd_input_still_has_the_same_result(string input)
    {
        Given(
            $$"""{"_id":"d","_rev":"1-a","action":"person_request","personId":{{input}}}""",
            $$"""{"_id":"d","_rev":"1-b","mine":1,"action":"person_request","personId":{{input}}}""");
        conflicts = 1;
        var calls = 0;

        var outcome = await RunAsync(_ =>
        {
            calls++;
            return Task.FromResult<ActionResult>(new ActionResult.Succeeded(new JsonObject { ["person"] = 1 }));
        });

        Assert.That(outcome, Is.EqualTo(new RunOutcome.Completed(HasWritten: true)));
        Assert.That(calls, Is.EqualTo(1));
    }

    [Test]
    public async Task The_list_of_a_chain_that_the_app_has_edited_meanwhile_is_the_one_that_counts()
    {
        Given(
            """{"_id":"d","_rev":"1-a","action":"person_request","then":["person_request"]}""",
            """{"_id":"d","_rev":"2-a","action":"person_request","then":["person_request","person_request"]}""");
        conflicts = 1;

        var outcome = await RunAsync(_ => Task.FromResult<ActionResult>(new ActionResult.Succeeded(new JsonObject { ["person"] = 1 })));

        Assert.That(outcome, Is.EqualTo(new RunOutcome.Completed(HasWritten: true)));
        Assert.That((string?)Written()["action"], Is.EqualTo("person_request"));
        Assert.That(Written()["then"]!.ToJsonString(), Is.EqualTo("""["person_request"]"""));
        Assert.That((string?)Written()["chain"]!["after"], Is.EqualTo("2-a"));
    }

    [Test]
    public async Task A_list_that_became_invalid_meanwhile_fails_the_request_and_the_result_is_not_written()
    {
        Given(
            """{"_id":"d","_rev":"1-a","action":"person_request","then":["person_request"]}""",
            """{"_id":"d","_rev":"2-a","action":"person_request","then":["persom_request"]}""");
        conflicts = 1;

        var outcome = await RunAsync(_ => Task.FromResult<ActionResult>(new ActionResult.Succeeded(new JsonObject { ["person"] = 1 })));

        Assert.That(((RunOutcome.Failed)outcome).Code, Is.EqualTo("invalid_then"));
        Assert.That((string?)Written()["action"], Is.EqualTo("person_failure"));
        Assert.That(Written().AsObject().ContainsKey("person"), Is.False);
    }

    /// <summary>The other worker had the same message, was quicker, and so the request after it is there already.</summary>
    [Test]
    public async Task A_worker_that_was_slower_writes_its_result_into_no_later_request_of_the_chain()
    {
        Given(
            """{"_id":"d","_rev":"1-a","action":"person_request","then":["person_request"]}""",
            """{"_id":"d","_rev":"2-a","action":"person_request","person":1,"chain":{"after":"1-a"}}""");
        conflicts = 1;

        var outcome = await RunAsync(_ => Task.FromResult<ActionResult>(new ActionResult.Succeeded(new JsonObject { ["person"] = 1 })));

        Assert.That(outcome, Is.EqualTo(new RunOutcome.Completed(HasWritten: false)));
        Assert.That(Writes.Count(), Is.EqualTo(1), "The one that met the conflict.");
    }

    [TestCase("9999-12-31T23:59:59.9999999Z")]
    [TestCase("9999-12-31T09:59:59.9999999-14:00")]
    public async Task A_request_waits_for_the_last_moment_that_there_is(string notBefore)
    {
        Given($$"""{"_id":"d","_rev":"1-a","action":"person_request","notBefore":"{{notBefore}}"}""");

        var outcome = (RunOutcome.Deferred)await RunAsync(_ => throw new InvalidOperationException());

        Assert.That(outcome.Cause, Is.EqualTo(DeferralCause.NotBefore));
    }

    [TestCase("""{"code":"x","code":"y"}""")]
    [TestCase("""{"code":"x","message":"m","retryable":true,"attempts":1e99999999999,"failedAt":"now"}""")]
    [TestCase("[]")]
    public async Task An_odd_error_in_a_document_that_no_longer_asks_is_not_the_failure_to_write(string error)
    {
        Given($$"""{"_id":"d","_rev":"2-b","action":"person_failure","error":{{error}}}""");
        var pending = new PendingFailure("1-a", new ActionFailure("x", "m", Retryable: true), 1, DateTimeOffset.UnixEpoch);

        var outcome = await RunAsync(_ => throw new InvalidOperationException(), pending: pending);

        Assert.That(outcome, Is.EqualTo(new RunOutcome.Completed(HasWritten: false)));
    }

    [Test]
    public async Task A_write_that_uses_up_the_delivery_timeout_costs_no_attempt_and_only_the_write_is_repeated()
    {
        // The first attempt only makes sure that the timeout of the second is not used up by a cold start.
        Given("""{"_id":"d","_rev":"1-a","action":"nothing"}""", """{"_id":"d","_rev":"1-a","action":"person_request"}""");
        await RunAsync(_ => throw new InvalidOperationException(), deliveryTimeout: TimeSpan.FromSeconds(3));

        var outcome = (RunOutcome.Deferred)await RunAsync(
            _ =>
            {
                latency = TimeSpan.FromSeconds(60);
                return Task.FromResult<ActionResult>(new ActionResult.TransientFailure("later", "Later."));
            },
            isLast: true);

        Assert.That(outcome.Cause, Is.EqualTo(DeferralCause.SyncGatewayUnavailable));
        Assert.That(outcome.PendingFailure!.Failure.Code, Is.EqualTo("later"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_read_that_uses_up_the_delivery_timeout_costs_no_attempt(bool isLast)
    {
        Given("""{"_id":"d","_rev":"1-a","action":"person_request"}""");
        latency = TimeSpan.FromSeconds(20);

        var outcome = await RunAsync(_ => throw new InvalidOperationException(), isLast, deliveryTimeout: TimeSpan.FromSeconds(1));

        Assert.That(((RunOutcome.Deferred)outcome).Cause, Is.EqualTo(DeferralCause.SyncGatewayUnavailable));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_handler_that_ignores_its_token_is_abandoned(bool isBlocking)
    {
        Given("""{"_id":"d","_rev":"1-a","action":"person_request"}""");
        using var release = new ManualResetEventSlim();
        var ended = new TaskCompletionSource<ActionResult>();

        var attempt = RunAsync(
            _ =>
            {
                if (isBlocking)
                {
                    release.Wait(CancellationToken.None);
                }

                return ended.Task;
            },
            isLast: true);

        Assert.That(((RunOutcome.Failed)await attempt.WaitAsync(TimeSpan.FromSeconds(20))).Code, Is.EqualTo("timed_out"));
        Assert.That((string?)Written()["error"]!["code"], Is.EqualTo("timed_out"));
        release.Set();
        ended.SetException(new InvalidOperationException("Long after."));
    }

    [Test]
    public async Task A_worker_that_stops_does_not_wait_for_a_handler_that_ignores_its_token()
    {
        Given("""{"_id":"d","_rev":"1-a","action":"person_request"}""");
        using var stopping = new CancellationTokenSource();
        var ended = new TaskCompletionSource<ActionResult>();

        var attempt = RunAsync(
            _ =>
            {
                stopping.Cancel();
                return ended.Task;
            },
            handlerTimeout: TimeSpan.FromHours(1),
            cancellationToken: stopping.Token);

        Assert.That(async () => await attempt.WaitAsync(TimeSpan.FromSeconds(20)), Throws.InstanceOf<OperationCanceledException>());
        ended.SetCanceled(CancellationToken.None);
    }

    [TestCase("forbidden", false)]
    [TestCase("forbidden", true)]
    [TestCase("left", false)]
    [TestCase("left", true)]
    public async Task A_document_that_the_worker_may_not_read_beside_others_has_counted_attempts_and_ends(string id, bool isLast)
    {
        Given("""{"_id":"d","_rev":"1-a","action":"nothing"}""");
        await RunAsync(_ => throw new InvalidOperationException());

        var outcome = await RunAsync(
            _ => throw new InvalidOperationException(), isLast, Contract.CreateMessage("db", id, "1-a", DateTimeOffset.UnixEpoch));

        if (isLast)
        {
            Assert.That(((RunOutcome.Failed)outcome).Code, Is.EqualTo("forbidden_document"));
            Assert.That(Writes.Single().Target, Does.StartWith("/db/_local/offline-actions-refused-"), "Catch-up passes over it.");
        }
        else
        {
            Assert.That(((RunOutcome.Deferred)outcome).Cause, Is.EqualTo(DeferralCause.Forbidden));
        }
    }

    [Test]
    public async Task While_the_worker_may_read_no_document_at_all_no_attempt_is_counted()
    {
        Given("{}");

        var outcome = await RunAsync(
            _ => throw new InvalidOperationException(),
            isLast: true,
            Contract.CreateMessage("db", "forbidden", "1-a", DateTimeOffset.UnixEpoch));

        Assert.That(((RunOutcome.Deferred)outcome).Cause, Is.EqualTo(DeferralCause.SyncGatewayUnavailable));
    }

    private IEnumerable<ScriptedServer.Request> Writes => server.Requests.Where(request => request.Method is "PUT");

    private JsonNode Written() => JsonNode.Parse(Encoding.UTF8.GetString(Writes.Last().Body))!;

    /// <summary>What is read: each once, the last for ever.</summary>
    private void Given(params string[] bodies) => Array.ForEach(bodies, documents.Enqueue);

    private async Task<RunOutcome> RunAsync(
        Func<ActionRequest, Task<ActionResult>> perform,
        bool isLast = false,
        ActionRequested? message = null,
        PendingFailure? pending = null,
        TimeSpan? deliveryTimeout = null,
        TimeSpan? handlerTimeout = null,
        CancellationToken cancellationToken = default)
    {
        var attempt = new Attempt(
            Contract.States,
            message ?? Contract.CreateMessage("db", "d", "1-a", DateTimeOffset.UnixEpoch),
            new FunctionHandler(perform, handlerTimeout ?? TimeSpan.FromMilliseconds(300)),
            Number: isLast ? 5 : 1,
            isLast,
            PendingFailure: pending);
        host ??= WorkerHost.Create(server.Url);
        slots ??= new SyncGatewaySlots(1, deliveryTimeout ?? TimeSpan.FromSeconds(30), new HeldDocuments(), TimeProvider.System);
        using var turn = await slots.BeginAsync(cancellationToken, cancellationToken);
        return await host.Services.GetRequiredService<ActionRunner>().RunAsync(attempt, turn, cancellationToken);
    }
}
