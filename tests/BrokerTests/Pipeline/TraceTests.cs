using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Dev;
using OfflineActions.Tests.Dev;

namespace OfflineActions.Tests.Pipeline;

/// <summary>The distributed trace of one request, as the services export it.</summary>
[Category("Broker")]
public sealed class TraceTests
{
    private const int Internal = 1, Server = 2, Client = 3, Producer = 4, Consumer = 5;

    [Test]
    public async Task One_trace_covers_everything_from_the_webhook_to_the_write()
    {
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Environment = telemetry.Environment });

        await system.Database.PutAsync("traced", """{"action":"person_request","personId":4}""");
        await system.UntilStateAsync("traced", "person_success");
        Span[] trace = [];
        var complete = await Eventually.IsAsync(() =>
        {
            var webhook = telemetry.Spans.FirstOrDefault(span =>
                span.Kind == Server && span.Name.StartsWith("POST /webhooks", StringComparison.Ordinal));
            trace = [.. telemetry.Spans.Where(span => span.Trace == webhook?.Trace)];

            // Every span except the webhook's has a parent in the same trace.
            var ids = trace.Select(span => span.Id).ToHashSet();
            return trace.Count(span => span.Kind == Client) >= 3 && trace.All(span => span.Kind == Server || ids.Contains(span.Parent));
        });

        Assert.That(complete, Is.True, Show(telemetry.Spans));
        Assert.That(trace.Single(span => span.Kind == Server).Parent, Is.Empty, Show(trace));
        AssertFromPublishToWrite(trace);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task One_trace_leads_from_the_device_to_the_result_also_by_catch_up(bool isByCatchUp)
    {
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            Environment = telemetry.Environment,
            GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = isByCatchUp ? "00:00:00.100" : "01:00:00" },
        });
        system.SyncGateway.Faults.DropWebhooks = isByCatchUp;
        var device = NewDevice();
        var writtenAt = DateTimeOffset.UtcNow.AddSeconds(-90).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

        await system.Database.PutAsync(
            "traced", $$"""{"action":"person_request","personId":4,"traceparent":"{{device}}","requestedAt":"{{writtenAt}}"}""");
        var document = await system.UntilStateAsync("traced", "person_success");

        var trace = await telemetry.UntilAsync(device, spans => spans.Any(IsWrite) && IsConnected(spans, device));
        var publish = AssertFromPublishToWrite(trace);
        Assert.That(publish.Parent, Is.EqualTo(SpanOf(device)), Show(trace));
        Assert.That(double.Parse(publish.Tags["offline_actions.offline_seconds"], CultureInfo.InvariantCulture), Is.InRange(90, 150));
        Assert.That(trace.Where(span => span.Kind == Server), Is.Empty, "Sync Gateway is not part of the trace.");
        Assert.That(publish.LinkedTraces, Has.Count.EqualTo(isByCatchUp ? 0 : 1));
        Assert.That((string?)document["traceparent"], Is.EqualTo(device));
    }

    [Test]
    public async Task Each_attempt_is_a_span_in_the_trace_and_says_how_long_it_was_delayed()
    {
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            Environment = new Dictionary<string, string?>(telemetry.Environment) { ["Bus__Delays__0"] = "00:00:00.300" },
        });
        system.Swapi.Faults.FailNext = 2;
        var device = NewDevice();

        await system.Database.PutAsync("traced", $$"""{"action":"person_request","personId":4,"traceparent":"{{device}}"}""");
        await system.UntilStateAsync("traced", "person_success");

        var trace = await telemetry.UntilAsync(device, spans => FindAttempts(spans).Length == 2 && IsConnected(spans, device));
        var attempts = FindAttempts(trace);
        var publish = trace.Single(span => span.Kind == Producer);
        Assert.That(attempts.Select(span => span.Parent), Has.All.EqualTo(publish.Id), Show(trace));
        Assert.That(attempts.Select(span => span.Tags["offline_actions.attempt"]), Is.EqualTo(new[] { "1", "2" }));
        Assert.That(attempts[0].Tags.ContainsKey("offline_actions.delayed_seconds"), Is.False);
        Assert.That(double.Parse(attempts[1].Tags["offline_actions.delayed_seconds"], CultureInfo.InvariantCulture), Is.InRange(0.3, 30));
        Assert.That(trace.Count(span => span.Parent == attempts[1].Id && IsWrite(span)), Is.EqualTo(1), Show(trace));
        Assert.That(system.Workers[0].Output.ToString(), Does.Match(
            $@"warn: trace={TraceOf(device)} OfflineActions\.Worker\.Processing\.ActionRunner\[2003\] Deferred: person_request of traced"));
    }

    [Test]
    public async Task One_trace_covers_every_request_of_a_chain()
    {
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Environment = telemetry.Environment });
        var device = NewDevice();
        var writtenAt = DateTimeOffset.UtcNow.AddSeconds(-900).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

        await system.Database.PutAsync(
            "traced",
            $$"""{"action":"person_request","then":["person_request"],"personId":4,"traceparent":"{{device}}","requestedAt":"{{writtenAt}}"}""");
        await system.UntilStateAsync("traced", "person_success");

        var trace = await telemetry.UntilAsync(device, spans => FindAttempts(spans).Length == 2 && spans.Count(IsWrite) == 2 && IsConnected(spans, device));
        double[] offline =
        [
            .. trace.Where(span => span.Kind == Producer)
                .Select(span => double.Parse(span.Tags["offline_actions.offline_seconds"], CultureInfo.InvariantCulture)).Order(),
        ];
        Assert.That(offline, Has.Length.EqualTo(2), Show(trace));
        Assert.That(offline[0], Is.LessThan(60), "The second request was written by the worker.");
        Assert.That(offline[1], Is.InRange(900, 960));
    }

    [Test]
    public async Task A_message_that_was_published_by_hand_is_in_the_trace_of_its_header()
    {
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var system = await StartWithoutGatewayMessagesAsync(telemetry.Environment);
        var (device, sender) = (NewDevice(), NewDevice());
        var revision = await system.Database.PutAsync(
            "traced", $$"""{"action":"person_request","personId":4,"traceparent":"{{device}}"}""");

        await PublishAsync(system, "traced", revision, sender);
        await system.UntilStateAsync("traced", "person_success");

        var trace = await telemetry.UntilAsync(sender, spans => CountCalls(spans) == 3 && IsConnected(spans, sender));
        Assert.That(FindAttempts(trace).Single().Parent, Is.EqualTo(SpanOf(sender)), Show(trace));
    }

    [Test]
    public async Task A_message_without_a_header_is_in_the_trace_of_its_document()
    {
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var system = await StartWithoutGatewayMessagesAsync(telemetry.Environment);
        var device = NewDevice();
        var revision = await system.Database.PutAsync(
            "traced", $$"""{"action":"person_request","personId":4,"traceparent":"{{device}}"}""");

        await PublishAsync(system, "traced", revision, traceparent: null);
        await system.UntilStateAsync("traced", "person_success");

        // Without the read of the document, which came first.
        var trace = await telemetry.UntilAsync(device, spans => CountCalls(spans) == 2 && IsConnected(spans, device));
        Assert.That(FindAttempts(trace).Single().Parent, Is.EqualTo(SpanOf(device)), Show(trace));
    }

    [TestCase("person-requested", "person_not_found")]
    [TestCase("person-requested_quarantine", "person_not_found")]
    [TestCase("person-requested_poison", "worker_crashed")]
    public async Task A_failure_and_its_dead_letter_and_its_lines_name_the_trace_also_when_nothing_is_exported(string queue, string code)
    {
        await using var system = await StartWithoutGatewayMessagesAsync(new Dictionary<string, string?>());
        var device = NewDevice();
        var revision = await system.Database.PutAsync("nobody", """{"action":"person_request","personId":17}""");

        await PublishAsync(system, "nobody", revision, device, queue);
        var document = await system.UntilStateAsync("nobody", "person_failure");
        await system.UntilQueuedAsync("person-requested_error", 1);

        var letter = (await Messages.TakeAsync(system, "person-requested_error")).Single();
        Assert.That(((string?)document["error"]!["code"], (string?)document["error"]!["traceId"]), Is.EqualTo((code, TraceOf(device))));
        Assert.That(letter.Properties.Headers!["traceparent"], Is.EqualTo(Encoding.UTF8.GetBytes(device)));
        await UntilLoggedAsync(system.Workers[0], $"fail: trace={TraceOf(device)} ");
    }

    [TestCase("\"forged\\r\\nfail: trace=forged\"")]
    [TestCase("\"00-00000000000000000000000000000000-00f067aa0ba902b7-01\"")]
    [TestCase("\"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\"")]
    [TestCase("{\"forged\":[1]}")]
    [TestCase("null")]
    public async Task What_is_no_trace_is_ignored_and_shows_nowhere(string traceparent)
    {
        await using var system = await PipelineSystem.StartAsync();

        await system.Database.PutAsync("nobody", $$"""{"action":"person_request","personId":17,"traceparent":{{traceparent}}}""");
        await system.Database.PutAsync("typo", $$"""{"action":"persom_request","traceparent":{{traceparent}}}""");
        var document = await system.UntilStateAsync("nobody", "person_failure");
        await system.UntilQueuedAsync("person-requested_error", 1);

        Assert.That(document["error"]!.AsObject().ContainsKey("traceId"), Is.False);
        var letter = (await Messages.TakeAsync(system, "person-requested_error")).Single();
        Assert.That(letter.Properties.Headers!.ContainsKey("traceparent"), Is.False);
        await UntilLoggedAsync(system.Gateway, "persom_request");
        Assert.That(system.Gateway.Output + system.Workers[0].Output.ToString(), Does.Not.Contain("trace=").And.Not.Contain("forged"));
    }

    [Test]
    public async Task The_line_about_an_unknown_action_names_the_trace()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Workers = 0 });
        var device = NewDevice();

        await system.Database.PutAsync("typo", $$"""{"action":"persom_request","traceparent":"{{device}}"}""");

        await UntilLoggedAsync(
            system.Gateway,
            $"warn: trace={TraceOf(device)} OfflineActions.Gateway.Publishing.UnroutedRequests[1003] typo requests persom_request");
    }

    /// <summary>The gateway publishes nothing by itself, so that the test does.</summary>
    private static async Task<PipelineSystem> StartWithoutGatewayMessagesAsync(IReadOnlyDictionary<string, string?> environment)
    {
        var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            Environment = environment,
            GatewayEnvironment = new Dictionary<string, string?> { ["Gateway__CatchUpGrace"] = "01:00:00" },
        });
        system.SyncGateway.Faults.DropWebhooks = true;
        return system;
    }

    private static async Task PublishAsync(
        PipelineSystem system, string id, string revision, string? traceparent, string queue = "person-requested")
    {
        var message = new JsonObject
        {
            ["keyspace"] = "db",
            ["documentId"] = id,
            ["revision"] = revision,
            ["requestedAt"] = "2026-01-01T00:00:00Z",
        };
        var routed = await system.Broker.PublishAsync(
            "",
            queue,
            message.ToJsonString(),
            new JsonObject
            {
                ["content_type"] = "application/json",
                ["headers"] = traceparent is null ? new JsonObject() : new JsonObject { ["traceparent"] = traceparent },
            });
        Assert.That(routed, Is.True);
    }

    private static async Task UntilLoggedAsync(ServiceProcess process, string text) => Assert.That(
        await Eventually.IsAsync(() => process.Output.ToString().Contains(text, StringComparison.Ordinal)), Is.True, process.Output.ToString());

    private static string NewDevice() => $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01";

    private static string TraceOf(string device) => device[3..35];

    private static string SpanOf(string device) => device[36..52];

    private static bool IsWrite(Span span) => span.Name.StartsWith("PUT", StringComparison.Ordinal);

    private static int CountCalls(IEnumerable<Span> trace) => trace.Count(span => span.Kind == Client);

    private static bool IsConnected(IReadOnlyCollection<Span> trace, string device) =>
        trace.Select(span => span.Id).Append(SpanOf(device)).ToHashSet() is var ids && trace.All(span => ids.Contains(span.Parent));

    private static Span[] FindAttempts(IEnumerable<Span> trace) => [.. trace
        .Where(span => span is { Source: "OfflineActions.Worker", Name: "person_request", Kind: Consumer })
        .OrderBy(span => span.Tags["offline_actions.attempt"], StringComparer.Ordinal)];

    /// <summary>The gateway's span, which has the only attempt below it, which has all that it asked for below it.</summary>
    private static Span AssertFromPublishToWrite(IReadOnlyCollection<Span> trace)
    {
        var publish = trace.Single(span => span is { Source: "OfflineActions.Gateway", Name: "publish person_request", Kind: Producer });
        Assert.That(FindAttempts(trace).Single().Parent, Is.EqualTo(publish.Id), Show(trace));
        Assert.That(
            trace.Where(span => span is { Source: "System.Net.Http", Kind: Client }).Select(span => span.Name.Split(' ')[0]),
            Is.EquivalentTo(new[] { "GET", "GET", "PUT" }),
            Show(trace));
        Assert.That(trace.Where(span => span.Kind == Internal), Is.Empty, Show(trace));
        return publish;
    }

    private static string Show(IEnumerable<Span> spans) => string.Join('\n', spans);
}
