using System.Text;
using OfflineActions.Emulators;
using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.Messaging;

/// <summary>The headers of messages. They never change: messages wait in queues while programs are replaced.</summary>
[Category("Broker")]
public sealed class HeaderTests
{
    private const string Work = "person-requested";
    private const string FirstDelay = "person-requested_delay_10s";

    private PipelineSystem system = null!;

    [SetUp]
    public async Task Start() => system = await PipelineSystem.StartAsync(new PipelineOptions
    {
        Workers = 0,

        // No message is published twice, so the only try must succeed also while the broker is slow.
        GatewayEnvironment = new Dictionary<string, string?>
        {
            ["Gateway__CatchUpGrace"] = "01:00:00",
            ["Gateway__PublishTimeout"] = "00:00:30",
        },
    });

    [TearDown]
    public async Task Stop() => await system.DisposeAsync();

    [Test]
    public async Task A_published_message_names_its_type()
    {
        await system.Database.PutAsync("luke", """{"action":"person_request"}""");

        var message = await TakeAsync(Work);

        Assert.That(GetHeader(message, "MT-MessageType"), Is.EqualTo("urn:message:Contracts:PersonRequested"));
        Assert.That(message.Properties.ContentType, Is.EqualTo("application/json"));
        Assert.That(GetOwnHeaders(message), Is.Empty);
    }

    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true)]
    [TestCase("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x", false)]
    [TestCase("x", false)]
    public async Task A_message_has_the_trace_of_its_document_if_that_is_valid(string trace, bool isValid)
    {
        await system.Database.PutAsync("luke", $$"""{"action":"person_request","traceparent":"{{trace}}"}""");

        var headers = (await TakeAsync(Work)).Properties.Headers!;

        Assert.That(GetText(headers.TryGetValue("traceparent", out var header) ? header : null), isValid ? Is.EqualTo(trace) : Is.Null);
    }

    [Test]
    public async Task A_message_with_a_trace_that_waits_keeps_the_trace_and_has_the_end_of_the_attempt_in_Unix_milliseconds()
    {
        const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        system.Swapi.Faults.Refuse = true;
        var before = DateTimeOffset.UtcNow;
        await system.Database.PutAsync("luke", $$"""{"action":"person_request","personId":1,"traceparent":"{{Trace}}"}""");
        await system.StartWorkerAsync();

        var message = await TakeAsync(FirstDelay);

        Assert.That(GetHeader(message, "traceparent"), Is.EqualTo(Trace));
        Assert.That(
            DateTimeOffset.FromUnixTimeMilliseconds((long)GetOwnHeaders(message)["offline-actions-deferred-at"]!),
            Is.InRange(before.AddSeconds(-1), DateTimeOffset.UtcNow));
    }

    [Test]
    public async Task A_message_that_waits_after_a_failed_attempt_counts_the_failures_and_says_why()
    {
        system.Swapi.Faults.Refuse = true;
        await system.Database.PutAsync("luke", """{"action":"person_request","personId":1}""");
        await system.StartWorkerAsync();

        var before = DateTimeOffset.UtcNow;
        var message = await TakeAsync(FirstDelay);

        Assert.That(GetHeader(message, "MT-MessageType"), Is.EqualTo("urn:message:Contracts:PersonRequested"));
        var due = GetOwnHeaders(message)["offline-actions-due-at"]!;
        Assert.That(DateTimeOffset.FromUnixTimeMilliseconds((long)due), Is.GreaterThan(before.AddSeconds(-30)).And.LessThan(DateTimeOffset.UtcNow.AddHours(1)));
        Assert.That(GetOwnHeaders(message), Is.EquivalentTo(new Dictionary<string, object>
        {
            ["offline-actions-due-at"] = due,
            ["offline-actions-failures"] = 1L,
            ["offline-actions-waits"] = 0L,
            ["offline-actions-reason"] = "swapi_unavailable: The Star Wars archive cannot be reached at the moment. Please try again later.",
        }));
    }

    [Test]
    public async Task A_message_that_waits_longer_than_the_longest_delay_has_the_end_of_the_wait_in_Unix_milliseconds()
    {
        system.Swapi.Faults = new() { RateLimited = true, RetryAfter = TimeSpan.FromHours(2) };
        var before = DateTimeOffset.UtcNow;
        await system.Database.PutAsync("luke", """{"action":"person_request","personId":1}""");
        await system.StartWorkerAsync();

        var message = await TakeAsync("person-requested_delay_1h");

        Assert.That(
            DateTimeOffset.FromUnixTimeMilliseconds((long)GetOwnHeaders(message)["offline-actions-not-before"]!),
            Is.InRange(before.AddHours(2).AddSeconds(-1), DateTimeOffset.UtcNow.AddHours(2)));
    }

    [Test]
    public async Task A_message_whose_failure_could_not_be_written_carries_the_failure()
    {
        await system.Database.PutAsync("nobody", """{"action":"person_request","personId":17}""");
        system.SyncGateway.Faults = new() { ErrorRate = 1, Kinds = [RequestKind.Write] };
        await system.StartWorkerAsync();

        var message = await TakeAsync(FirstDelay);

        Assert.That(
            GetOwnHeaders(message).Keys,
            Is.EquivalentTo(new[] { "offline-actions-failures", "offline-actions-waits", "offline-actions-note", "offline-actions-reason", "offline-actions-due-at" }));
        Assert.That(GetHeader(message, "offline-actions-note"), Does.Contain("person_not_found"));
    }

    [Test]
    public async Task A_message_whose_worker_was_killed_says_so_when_it_waits()
    {
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(30);
        await system.Database.PutAsync("luke", """{"action":"person_request","personId":1}""");
        var killed = await system.StartWorkerAsync();
        Assert.That(await Eventually.IsAsync(() => system.Swapi.Stats.Requests > 0), Is.True);
        await killed.KillAsync();
        system.Swapi.Faults = new() { Refuse = true };
        await system.StartWorkerAsync();

        var message = await TakeAsync(FirstDelay);

        Assert.That(GetOwnHeaders(message), Contains.Key("offline-actions-interrupted").WithValue("True"));
    }

    [Test]
    public async Task A_message_in_the_error_queue_has_the_failures_code_and_revision()
    {
        await system.Database.PutAsync("nobody", """{"action":"person_request","personId":17}""");
        await system.StartWorkerAsync();

        var message = await TakeAsync("person-requested_error");

        Assert.That(GetOwnHeaders(message), Is.EquivalentTo(new Dictionary<string, object>
        {
            ["offline-actions-failure-code"] = "person_not_found",
            ["offline-actions-failure-revision"] = (string)(await system.Database.GetAsync("nobody"))["_rev"]!,
        }));
        Assert.That(GetHeader(message, "MT-MessageType"), Is.EqualTo("urn:message:Contracts:PersonRequested"));
        Assert.That(GetHeader(message, "MT-Fault-Message"), Does.StartWith("person_not_found: "));
        Assert.That(message.Properties.Headers, Contains.Key("MT-Fault-Timestamp"));
    }

    /// <summary>Waits for the only message of a queue and takes it.</summary>
    private async Task<Message> TakeAsync(string queue)
    {
        await system.UntilQueuedAsync(queue, 1);
        return (await Messages.TakeAsync(system, queue)).Single();
    }

    private static string? GetHeader(Message message, string name) => GetText(message.Properties.Headers![name]) as string;

    /// <summary>The headers of this system, without those of the broker and of MassTransit.</summary>
    private static Dictionary<string, object?> GetOwnHeaders(Message message) => message.Properties.Headers!
        .Where(header => header.Key.StartsWith("offline-actions-", StringComparison.Ordinal))
        .ToDictionary(header => header.Key, header => GetText(header.Value));

    private static object? GetText(object? value) => value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : value;
}
