using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pipeline;
using static OfflineActions.Tests.Operator.OperatorRig;

namespace OfflineActions.Tests.Operator;

/// <summary>Dead letters of real workers, replayed in the whole system.</summary>
[Category("Broker")]
public sealed class ReplayedByWorkersTests
{
    [Test]
    public async Task A_request_that_failed_with_swapi_unavailable_is_listed_by_that_code_and_succeeds_when_it_is_replayed()
    {
        await using var system = await PipelineSystem.StartAsync(new() { Environment = new Dictionary<string, string?> { ["Bus__Delays__0"] = "00:00:00.300" } });
        system.Swapi.Faults.Refuse = true;
        await system.Database.PutAsync("luke", """{"action":"person_request","personId":1}""");
        await system.UntilQueuedAsync(Queues.Error, 1);
        system.Swapi.Faults.Refuse = false;

        // A new worker has no cooldown for the host that failed.
        await system.StopWorkersAsync();
        await system.StartWorkerAsync();

        var listed = await RunAsync(system, "list", "--reason", "swapi_unavailable");
        var othersListed = await RunAsync(system, "list", "--reason", "person_not_found");
        var replay = await RunAsync(system, "replay", "--all", "--reason", "swapi_unavailable");
        var document = await system.UntilStateAsync("luke", "person_success");

        Assert.That(
            ((string?)listed.Rows.Single()["document"], (string?)listed.Rows.Single()["reason"]), Is.EqualTo(("luke", "swapi_unavailable")));
        Assert.That(othersListed.Rows, Is.Empty);
        Assert.That((replay.ExitCode, (string?)replay.Rows.Single()["outcome"]), Is.EqualTo((0, "reopened")));
        Assert.That(document.ContainsKey("error"), Is.False);
        await system.UntilQueuesAreEmptyAsync();
    }

    [Test]
    public async Task A_request_that_the_app_edited_before_its_failure_was_written_can_be_replayed()
    {
        await using var system = await PipelineSystem.StartAsync();
        system.Swapi.Faults.Latency = TimeSpan.FromSeconds(2);
        var asked = await system.Database.PutAsync("nobody", """{"action":"person_request","personId":17}""");
        await Eventually.IsAsync(() => system.Swapi.Stats.Requests > 0);
        await system.Database.PutAsync("nobody", """{"action":"person_request","personId":17,"note":"edited"}""", asked);
        await system.UntilStateAsync("nobody", "person_failure");
        await system.UntilQueuedAsync(Queues.Error, 1);

        var replay = await RunAsync(system, "replay", "--document", "nobody");

        Assert.That((replay.ExitCode, (string?)replay.Rows.Single()["outcome"]), Is.EqualTo((0, "reopened")), replay.Output);
    }

    [Test]
    public async Task A_replay_stays_in_the_trace_of_the_device()
    {
        const string Device = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        await using var telemetry = await OtlpReceiver.StartAsync();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Environment = telemetry.Environment });
        await system.Database.PutAsync("nobody", $$"""{"action":"person_request","personId":17,"traceparent":"{{Device}}"}""");
        await system.UntilQueuedAsync(Queues.Error, 1);

        var replay = await RunAsync(system, "replay", "--document", "nobody");

        Assert.That(replay.ExitCode, Is.Zero, replay.Output);
        await telemetry.UntilAsync(Device, trace => CountOf("Gateway", trace) == 2 && CountOf("Worker", trace) == 2);

        static int CountOf(string service, IEnumerable<Span> trace) => trace.Count(span => span.Source == "OfflineActions." + service);
    }

    private static Task<Answer> RunAsync(PipelineSystem system, string command, params string[] arguments) => RunWithoutPlacesAsync(
        [
            "dead-letters", command, .. arguments, "--json",
            "--bus", system.BrokerUrl.OriginalString,
            "--sync-gateway", system.SyncGateway.PublicUrl.OriginalString,
        ]);
}
