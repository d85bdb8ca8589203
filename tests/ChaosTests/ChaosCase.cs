using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using OfflineActions.Contracts;

namespace OfflineActions.Tests.Chaos;

/// <summary>One round of a case: it starts the system, writes requests, and finally verifies every document and queue.</summary>
internal sealed class ChaosCase(ChaosSystem system)
{
    private const string RequestText = """{"action":"person_request"}""";

    private readonly Stopwatch time = new();
    private readonly List<double> recoveries = [];
    private int batches;

    public ChaosSystem System { get; } = system;

    /// <summary>The ids of all requests, in the order of writing.</summary>
    public IReadOnlyList<string> Ids { get; private set; } = [];

    /// <summary>The expected outcome by document id; the default is <see cref="ExpectedOutcome.Done"/>.</summary>
    public ConcurrentDictionary<string, ExpectedOutcome> ExpectedOutcomes { get; } = new();

    /// <summary>The expected number of messages in the error queue.</summary>
    public int ExpectedErrors { get; set; }

    /// <summary>Runs a case as often as the settings say, each time with a new system.</summary>
    public static async Task RunRoundsAsync(ChaosOptions options, Func<ChaosCase, Task> scenario)
    {
        for (var round = 0; round < ChaosSettings.Rounds; round++)
        {
            await using var system = await ChaosSystem.StartAsync(options);
            var chaos = new ChaosCase(system);
            await scenario(chaos);
            await chaos.VerifyAsync();
        }
    }

    /// <summary>
    /// Writes the case's requests as fast as possible: all of them, or one of several equal parts. A quarter is in the bulk lane.
    /// </summary>
    public async Task WriteRequestsAsync(int parts = 1)
    {
        time.Start();
        Ids = [.. Ids, .. await System.Database.WriteRequestsAsync(ChaosSettings.Documents / parts, $"request-{++batches}", bulkEvery: 4)];
    }

    /// <summary>Excludes the requests written so far from the verification.</summary>
    public void ForgetRequests() => Ids = [];

    /// <summary>Writes the given documents, several at a time.</summary>
    public async Task WriteRequestsAsync(IReadOnlyDictionary<string, string> documents)
    {
        time.Start();
        await Parallel.ForEachAsync(documents, async (document, _) => await System.Database.PutAsync(document.Key, document.Value));
        Ids = [.. Ids, .. documents.Keys];
    }

    /// <summary>The number of documents with a result.</summary>
    public async Task<int> CountFinishedAsync() =>
        (await System.Database.AllAsync()).Values.Count(document => State(document).EndsWith("_success", StringComparison.Ordinal) || State(document).EndsWith("_failure", StringComparison.Ordinal));

    /// <summary>Waits until that many requests have a result, so that the next step comes during the work.</summary>
    public Task UntilFinishedAsync(int count) => Wait.UntilAsync($"{count} requests have a result", async () => await CountFinishedAsync() >= count);

    /// <summary>Waits until that many messages are in delay queues.</summary>
    public Task UntilDelayedAsync(int count) => Wait.UntilAsync($"{count} messages are delayed", async () =>
    {
        var delayed = (await System.Queues.GetReadyAsync()).Where(queue => queue.Key.Contains("_delay_", StringComparison.Ordinal));
        return delayed.Sum(queue => queue.Value) >= count;
    });

    /// <summary>Writes a request now, right after something has failed, and waits until it has its result.</summary>
    public async Task MeasureRecoveryAsync(string what)
    {
        var recovery = Stopwatch.StartNew();
        await WriteAndWaitAsync($"right-after-{what}");
        TestContext.Progress.WriteLine(
            $"chaos {CaseAttribute.Current}: {what}, and {recovery.Elapsed.TotalSeconds:0.0} s later a new request had its result");
        recoveries.Add(recovery.Elapsed.TotalSeconds);
    }

    /// <summary>Writes one request, and waits until it has its result.</summary>
    public async Task WriteAndWaitAsync(string id)
    {
        await WriteRequestsAsync(new Dictionary<string, string> { [id] = RequestText });
        await Wait.UntilAsync($"{id} has its result", async () => State(await System.Database.GetAsync(id)) == "person_success");
    }

    /// <summary>
    /// Waits until no request is open and no message is in flight, or the time is over: the verification then counts the open ones.
    /// </summary>
    public async Task UntilIdleAsync()
    {
        var deadline = DateTime.UtcNow + ChaosSettings.Timeout;
        while (DateTime.UtcNow < deadline && (await HasOpenRequestsAsync() || await HasMessagesAsync()))
        {
            await Task.Delay(100);
        }
    }

    private async Task VerifyAsync()
    {
        await UntilIdleAsync();
        var seconds = time.Elapsed.TotalSeconds;
        var redelivered = await System.Queues.CountRedeliveriesAsync();
        var exitCodes = await Task.WhenAll(System.Workers.Select(worker => worker.TerminateAsync()));

        var documents = await System.Database.GetAsync(Ids.Where(id => GetExpected(id) != ExpectedOutcome.Deleted));
        var ready = await System.Queues.GetReadyAsync();
        var inFlight = await WaitForEmptyQueuesAsync();
        var result = new ChaosResult(
            CaseAttribute.Current,
            Ids.Count,
            Lost: documents.Values.Count(document => ActionStates.IsRequest(State(document))),
            Stuck: ready.Where(queue => !ChaosQueues.IsError(queue.Key)).Sum(queue => queue.Value) + inFlight.Values.Sum(),
            Duplicated: documents.Sum(document => Math.Max(0, Generation(document.Value) - GetExpected(document.Key).Revisions.Max)),
            redelivered,
            seconds,
            recoveries);
        ChaosResults.Add(result);

        var wrong = documents.Where(document => !GetExpected(document.Key).Matches(State(document.Value), Generation(document.Value))).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((result.Lost, result.Stuck, result.Duplicated), Is.EqualTo((0, 0, 0)), $"{Describe(inFlight)}\n{System.DescribeProcesses()}");
            Assert.That(wrong.Take(5).Select(document => document.Value.ToJsonString()), Is.Empty, $"{wrong.Length} documents have an unexpected outcome");
            // A queue that was deleted is declared again within 10 s.
            Assert.That(ready.Where(queue => ChaosQueues.IsError(queue.Key)).Sum(queue => queue.Value), Is.EqualTo(ExpectedErrors), "messages in the error queue");
            Assert.That(exitCodes, Has.All.Zero, "exit codes of the workers");
        }
    }

    /// <summary>Waits up to 10 s, for the broker's statistics, until no message is in flight; returns those that are.</summary>
    private async Task<IReadOnlyDictionary<string, int>> WaitForEmptyQueuesAsync()
    {
        var deadline = DateTime.UtcNow.AddSeconds(10);
        IReadOnlyDictionary<string, int> inFlight;
        while ((inFlight = await System.Queues.GetInFlightAsync()).Count > 0 && DateTime.UtcNow < deadline)
        {
            await Task.Delay(100);
        }

        return inFlight;
    }

    // The management API also counts unacknowledged messages, but up to 1 s late; the exact count has only ready messages.
    private async Task<bool> HasMessagesAsync() =>
        (await System.Queues.GetInFlightAsync()).Count > 0
        || (await System.Queues.GetReadyAsync()).Any(queue => !ChaosQueues.IsError(queue.Key) && queue.Value > 0);

    private async Task<bool> HasOpenRequestsAsync() => (await System.Database.AllAsync()).Values.Any(document => ActionStates.IsRequest(State(document)));

    private ExpectedOutcome GetExpected(string id) => ExpectedOutcomes.GetValueOrDefault(id, ExpectedOutcome.Done);

    private static string State(JsonObject document) => (string?)document["action"] ?? "";

    private static int Generation(JsonObject document) => (int)document["_revisions"]!["start"]!;

    private static string Describe(IReadOnlyDictionary<string, int> queues) => string.Join(", ", queues.Select(queue => $"{queue.Key}: {queue.Value}"));
}
