using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Chaos;

/// <summary>One round of a case: the system, its requests, and in the end the judgement over every document and every queue.</summary>
internal sealed class ChaosCase(ChaosSystem system)
{
    private readonly Stopwatch time = new();
    private int batches;

    public ChaosSystem System { get; } = system;

    /// <summary>The ids of all requests, in the order in which they were written.</summary>
    public IReadOnlyList<string> Ids { get; private set; } = [];

    /// <summary>How each document is to end; where nothing is said: done, with one new revision.</summary>
    public ConcurrentDictionary<string, Ending> Endings { get; } = new();

    /// <summary>How many messages are to lie in the error queue.</summary>
    public int Errors { get; set; }

    /// <summary>Runs a case as often as the settings say, each time with a system of its own.</summary>
    public static async Task RoundsAsync(ChaosOptions options, Func<ChaosCase, Task> story)
    {
        for (var round = 0; round < ChaosSettings.Rounds; round++)
        {
            await using var system = await ChaosSystem.StartAsync(options);
            var chaos = new ChaosCase(system);
            await story(chaos);
            await chaos.JudgeAsync();
        }
    }

    /// <summary>Writes requests, as fast as they are taken: all of the case's, or one of several equal parts.</summary>
    public async Task WriteRequestsAsync(int parts = 1)
    {
        time.Start();
        Ids = [.. Ids, .. await System.Database.WriteRequestsAsync(ChaosSettings.Documents / parts, $"request-{++batches}")];
    }

    /// <summary>Nothing is expected any more of what was written up to now: it is gone.</summary>
    public void Forget() => Ids = [];

    /// <summary>Writes requests that the case has made up itself, some at a time.</summary>
    public async Task WriteRequestsAsync(IReadOnlyDictionary<string, string> documents)
    {
        time.Start();
        await Parallel.ForEachAsync(documents, async (document, _) => await System.Database.PutAsync(document.Key, document.Value));
        Ids = [.. Ids, .. documents.Keys];
    }

    /// <summary>How many requests have been answered.</summary>
    public async Task<int> AnsweredAsync() =>
        (await System.Database.AllAsync()).Values.Count(document => (string?)document["action"] is "person_success" or "person_failure");

    /// <summary>Waits until some requests are answered and some are not, so that what comes next comes in the middle.</summary>
    public Task UntilAnsweredAsync(int count) => Scenario.UntilAsync($"{count} requests are answered", async () => await AnsweredAsync() >= count);

    /// <summary>Waits until nothing asks and nothing moves. Time that runs out is no failure by itself: what is open then is counted.</summary>
    public async Task UntilAtRestAsync()
    {
        var deadline = DateTime.UtcNow + ChaosSettings.Patience;
        while (DateTime.UtcNow < deadline && (await StillAskAsync() || await AreOnTheirWayAsync()))
        {
            await Task.Delay(100);
        }
    }

    private async Task JudgeAsync()
    {
        await UntilAtRestAsync();
        var seconds = time.Elapsed.TotalSeconds;
        var redelivered = await System.Queues.RedeliveredAsync();
        var exitCodes = await Task.WhenAll(System.Workers.Select(worker => worker.TerminateAsync()));

        var documents = await System.Database.GetAsync(Ids.Where(id => Expected(id) != Ending.Deleted));
        var waiting = await System.Queues.WaitingAsync();
        var between = await LeftOverAsync();
        var result = new ChaosResult(
            CaseAttribute.Current,
            Ids.Count,
            Lost: documents.Values.Count(document => State(document) == "person_request"),
            Stuck: waiting.Where(queue => queue.Key != ChaosQueues.Names.Error).Sum(queue => queue.Value) + between.Values.Sum(),
            Duplicated: documents.Sum(document => Math.Max(0, Generation(document.Value) - Expected(document.Key).Revisions.Most)),
            redelivered,
            seconds);
        ChaosResults.Add(result);

        var wrong = documents.Where(document => !Expected(document.Key).Is(State(document.Value), Generation(document.Value))).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((result.Lost, result.Stuck, result.Duplicated), Is.EqualTo((0, 0, 0)), $"{Describe(between)}\n{System.Situation()}");
            Assert.That(wrong.Take(5).Select(document => document.Value.ToJsonString()), Is.Empty, $"{wrong.Length} ended in another way");
            Assert.That(waiting[ChaosQueues.Names.Error], Is.EqualTo(Errors), "messages in the error queue");
            Assert.That(exitCodes, Has.All.Zero, "exit codes of the workers");
        }
    }

    /// <summary>Messages that stay where they are although no worker holds any; the broker may need a moment to have counted.</summary>
    private async Task<IReadOnlyDictionary<string, int>> LeftOverAsync()
    {
        var deadline = DateTime.UtcNow.AddSeconds(10);
        IReadOnlyDictionary<string, int> left;
        while ((left = await System.Queues.OnTheirWayAsync()).Count > 0 && DateTime.UtcNow < deadline)
        {
            await Task.Delay(100);
        }

        return left;
    }

    // Only the broker's old counts know of messages in somebody's hands, and only the exact ones of those that came just now.
    private async Task<bool> AreOnTheirWayAsync() =>
        (await System.Queues.OnTheirWayAsync()).Count > 0
        || (await System.Queues.WaitingAsync()).Any(queue => queue.Key != ChaosQueues.Names.Error && queue.Value > 0);

    private async Task<bool> StillAskAsync() => (await System.Database.AllAsync()).Values.Any(document => State(document) == "person_request");

    private Ending Expected(string id) => Endings.GetValueOrDefault(id, Ending.Done);

    private static string State(JsonObject document) => (string?)document["action"] ?? "";

    private static int Generation(JsonObject document) => (int)document["_revisions"]!["start"]!;

    private static string Describe(IReadOnlyDictionary<string, int> queues) => string.Join(", ", queues.Select(queue => $"{queue.Key}: {queue.Value}"));
}
