using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using OfflineActions.Contracts;
using OfflineActions.ServiceDefaults.Tracing;
using OfflineActions.Tests.SyncGateway;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>The trace of one attempt. Alone, because a listener hears the spans of the whole process.</summary>
[NonParallelizable]
public sealed class AttemptTraceTests
{
    private const string OfMessage = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaa-01";
    private const string OfDocument = "00-dddddddddddddddddddddddddddddddd-dddddddddddddddd-01";
    private const string Failing = "x";

    private static readonly ActionContract Contract = ActionCatalog.Default.GetByMessage<PersonRequested>();

    private readonly ConcurrentQueue<Activity> spans = new();
    private Activity? duringHandler;

    [TestCase(OfMessage, null, 'a')]
    [TestCase(OfMessage, OfDocument, 'a')]
    [TestCase(null, OfDocument, 'd')]
    [TestCase(null, null, null)]
    [TestCase(null, "ff-dddddddddddddddddddddddddddddddd-dddddddddddddddd-01", null)]
    public async Task Without_a_listener_no_span_is_made_and_a_failure_names_the_trace_all_the_same(
        string? message, string? document, char? expected)
    {
        var (trace, written) = await RunAsync(message, document);

        Assert.That(duringHandler, Is.Null);
        var traceId = expected is { } digit ? new string(digit, 32) : null;
        Assert.That(trace.Context?.TraceId, Is.EqualTo(traceId));
        Assert.That((string?)written!["error"]!["traceId"], Is.EqualTo(traceId));
        Assert.That(written!["error"]!.AsObject(), Has.Count.EqualTo(traceId is null ? 5 : 6));
        Assert.That((string?)written!["traceparent"], Is.EqualTo(document), "The document keeps what the app wrote.");
    }

    [TestCase(OfMessage, null)]
    [TestCase(OfMessage, OfDocument)]
    public async Task An_attempt_is_a_child_of_the_span_that_the_message_names(string message, string? document)
    {
        using var listener = Listen();

        await RunAsync(message, document, TimeSpan.FromSeconds(10));

        var span = spans.Single();
        Assert.That((span.TraceId.ToString(), span.ParentSpanId.ToString()), Is.EqualTo((message[3..35], message[36..52])));
        Assert.That(
            (span.Kind, span.GetTagItem("offline_actions.attempt"), span.GetTagItem("offline_actions.delayed_seconds")),
            Is.EqualTo((ActivityKind.Consumer, (object)1, (object)10.0)));
        Assert.That((span.Status, span.StatusDescription), Is.EqualTo((ActivityStatusCode.Error, Failing)));
        Assert.That(duringHandler?.Id, Is.EqualTo(span.Id));
    }

    [Test]
    public async Task When_only_the_document_names_a_trace_what_follows_the_read_is_in_it_and_linked_to_the_read()
    {
        using var listener = Listen();

        var (trace, written) = await RunAsync(null, OfDocument);

        var (read, rest) = (spans.Single(span => span.ParentId is null), spans.Single(span => span.ParentId is not null));
        Assert.That((rest.TraceId.ToString(), rest.ParentSpanId.ToString()), Is.EqualTo((OfDocument[3..35], OfDocument[36..52])));
        Assert.That(rest.Links.Single().Context.SpanId, Is.EqualTo(read.SpanId));
        Assert.That(duringHandler?.Id, Is.EqualTo(rest.Id));
        Assert.That($"{trace.Context}", Is.EqualTo(OfDocument));
        Assert.That((string?)written!["error"]!["traceId"], Is.EqualTo(OfDocument[3..35]));
        Assert.That(Activity.Current, Is.Null);
    }

    [Test]
    public async Task When_nothing_names_a_trace_one_begins_with_the_attempt()
    {
        using var listener = Listen();

        var (trace, written) = await RunAsync(null, null);

        Assert.That($"{trace.Context}", Is.EqualTo(spans.Single().Id));
        Assert.That((string?)written!["error"]!["traceId"], Is.EqualTo(spans.Single().TraceId.ToString()));
    }

    [Test]
    public async Task A_trace_that_began_with_an_attempt_ends_with_it_when_the_document_could_not_be_read()
    {
        using var listener = Listen();

        var (trace, written) = await RunAsync(null, OfDocument, readStatus: 503);

        Assert.That(spans, Has.Count.EqualTo(1));
        Assert.That(written, Is.Null);
        Assert.That(trace.Context, Is.Null, "The next attempt takes the trace of the document.");
    }

    private ActivityListener Listen()
    {
        spans.Clear();
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "OfflineActions.Worker",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>One attempt that fails, its trace, and the document that it wrote; null when it wrote none.</summary>
    private async Task<(RequestTrace Trace, JsonNode? Written)> RunAsync(
        string? message, string? document, TimeSpan? delay = null, int readStatus = 200)
    {
        var body = new JsonObject { ["_id"] = "d", ["_rev"] = "1-a", ["action"] = "person_request" };
        if (document is not null)
        {
            body["traceparent"] = document;
        }

        await using var server = await ScriptedServer.StartAsync(http => http.Request.Method is "PUT"
            ? ScriptedServer.AnswerAsync(http, 201, """{"rev":"2-b"}""")
            : ScriptedServer.AnswerAsync(http, readStatus, body.ToJsonString()));
        using var host = WorkerHost.Create(server.Url);
        var attempt = new Attempt(
            Contract.States,
            Contract.CreateMessage("db", "d", "1-a", DateTimeOffset.UnixEpoch),
            new FunctionHandler(
                _ =>
                {
                    duringHandler = Activity.Current;
                    return Task.FromResult<ActionResult>(new ActionResult.PermanentFailure(Failing, "y"));
                },
                TimeSpan.FromSeconds(10)),
            Number: 1,
            IsLast: false)
        {
            Trace = new RequestTrace(TraceContext.Parse(message)),
            Delay = delay,
        };
        using var turn = await new SyncGatewaySlots(1, TimeSpan.FromSeconds(30), new HeldDocuments(), TimeProvider.System)
            .BeginAsync(CancellationToken.None, CancellationToken.None);
        await host.Services.GetRequiredService<ActionRunner>().RunAsync(attempt, turn, CancellationToken.None);
        var write = server.Requests.SingleOrDefault(request => request.Method is "PUT");
        return (attempt.Trace, write is null ? null : JsonNode.Parse(Encoding.UTF8.GetString(write.Body)));
    }
}
