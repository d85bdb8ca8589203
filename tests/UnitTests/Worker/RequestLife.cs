using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Emulators;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>
/// One document, the app that writes it, the messages about it, and a worker that is delivered them: everything that may happen to a
/// request, one step after the other, with the app's steps also in the middle of the worker's.
/// </summary>
internal sealed class RequestLife(ActionRunner runner, Emulated outside, string id)
{
    public const int Tries = 3;

    private readonly List<Delivered> queue = [];
    private readonly List<string?> errors = [];
    private readonly Dictionary<string, string?> written = [];
    private int mine;

    /// <summary>What an app does.</summary>
    public enum Write
    {
        Ask,
        Edit,
        Cancel,
        Delete,
    }

    /// <summary>What goes wrong with a delivery, apart from the work.</summary>
    public enum Accident
    {
        None,
        NotRead,
        NotWritten,
        AnswerLost,
        KilledAtWork,
        KilledBeforeAck,
    }

    /// <summary>One delivery as it is going to happen.</summary>
    /// <param name="Which">Which message, counted around.</param>
    /// <param name="Result">What the work comes to: 0 is done, 1 may pass, 2 is final.</param>
    /// <param name="Accident">What goes wrong.</param>
    /// <param name="Meanwhile">What the app does while the worker is at it.</param>
    public sealed record Delivery(int Which, int Result, Accident Accident, Write[] Meanwhile);

    private sealed record Delivered(string Revision, int Failures = 0, bool IsInterrupted = false, string? Note = null);

    /// <summary>The app writes on what is there; a request is published, unless its webhook is lost.</summary>
    public async Task DoAsync(Write write, bool isHeard = true)
    {
        var current = await ReadAsync();
        if (current is null && write is not Write.Ask)
        {
            return;
        }

        if (write is Write.Delete)
        {
            Note((await outside.Admin.DeleteAnswerAsync($"db/{id}?rev={Revision(current!)}")).Revision, null);
            return;
        }

        var next = current?.DeepClone().AsObject() ?? [];
        next["mine"] = ++mine;
        next["action"] = write switch
        {
            Write.Ask => "person_request",
            Write.Cancel => "cancelled",
            _ => (string)next["action"]!,
        };
        var answer = await outside.Admin.PutAnswerAsync($"db/{id}", next.ToJsonString());
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Note(answer.Revision, (string)next["action"]!);
        if (isHeard && written[answer.Revision] == "person_request")
        {
            queue.Add(new Delivered(answer.Revision));
        }
    }

    /// <summary>The broker, or a second way to it, makes two of a message.</summary>
    public void Double(int which)
    {
        if (queue.Count > 0)
        {
            queue.Add(queue[which % queue.Count]);
        }
    }

    /// <summary>A worker is delivered a message.</summary>
    public async Task DeliverAsync(Delivery delivery)
    {
        if (queue.Count == 0)
        {
            return;
        }

        var message = queue[delivery.Which % queue.Count];
        queue.Remove(message);
        using var worker = new CancellationTokenSource();
        var handler = new Script(delivery, this, worker);
        var attempt = new Attempt(
            ActionCatalog.Default.GetByMessage<PersonRequested>().States,
            ActionCatalog.Default.GetByMessage<PersonRequested>().CreateMessage("db", id, message.Revision, DateTimeOffset.UnixEpoch),
            handler,
            message.Failures + 1,
            IsLast: message.Failures + 1 >= Tries,
            message.IsInterrupted,
            PendingFailure.Parse(message.Note));
        if (delivery.Accident is Accident.NotRead || message.Note is not null)
        {
            Break(delivery.Accident);
        }

        RunOutcome? outcome = null;
        try
        {
            outcome = await runner.RunAsync(attempt, worker.Token);
        }
        catch (OperationCanceledException) when (worker.IsCancellationRequested)
        {
            // It died at work.
        }
        finally
        {
            outside.Gateway.Faults = new SyncGatewayFaults();
        }

        if (outcome is null || delivery.Accident is Accident.KilledBeforeAck)
        {
            queue.Add(message with { IsInterrupted = true });
        }
        else if (outcome is RunOutcome.Failed failed)
        {
            errors.Add(failed.Revision);
        }
        else if (outcome is RunOutcome.Deferred postponed)
        {
            var failures = message.Failures + (postponed.Cause is DeferralCause.ActionFailed ? 1 : 0);
            queue.Add(new Delivered(message.Revision, failures, message.IsInterrupted, postponed.PendingFailure?.ToString()));
        }
    }

    /// <summary>Nothing goes wrong any more, what was not heard of is found by catch-up, and in the end the document must be right.</summary>
    public async Task SettleAsync(int result)
    {
        for (var deliveries = 0; queue.Count > 0 || await IsOpenAsync(); deliveries++)
        {
            Assert.That(deliveries, Is.LessThan(200), "It comes to an end.");
            if (queue.Count == 0)
            {
                queue.Add(new Delivered(Revision((await ReadAsync())!)));
            }

            await DeliverAsync(new Delivery(0, result, Accident.None, []));
        }

        if (await ReadAsync(withHistory: true) is { } document)
        {
            Judge(document);
        }
    }

    private void Judge(JsonObject document)
    {
        var newest = (int)document["_revisions"]!["start"]!;
        var chain = document["_revisions"]!["ids"]!.AsArray().Select((digest, age) => $"{newest - age}-{(string)digest!}").ToArray();
        var action = (string)document["action"]!;
        Assert.That(written.Keys, Is.SubsetOf(chain), "Every revision of the app's is still there.");
        Assert.That((int)document["mine"]!, Is.EqualTo(mine), "The app's last edit survived.");

        // Newest first. One answer at most for each revision that asks, and none for one that does not.
        foreach (var (answer, question) in chain.Zip(chain.Skip(1).Append("nothing")).Where(step => !written.ContainsKey(step.First)))
        {
            Assert.That(written.GetValueOrDefault(question), Is.EqualTo("person_request"), $"{answer} answers {question}.");
        }

        Assert.That(action, Is.AnyOf("cancelled", "person_success", "person_failure"));
        if (action == "person_success")
        {
            Assert.That(document, Contains.Key("person"));
        }
        else if (action == "person_failure")
        {
            Assert.That(errors.Intersect(chain), Is.Not.Empty, "An operator finds what the device shows as failed.");
        }
    }

    private void Break(Accident accident) => outside.Gateway.Faults = accident switch
    {
        Accident.NotRead => new SyncGatewayFaults { Kinds = [RequestKind.Read], ErrorRate = 1 },
        Accident.NotWritten => new SyncGatewayFaults { Kinds = [RequestKind.Write], ErrorRate = 1 },
        Accident.AnswerLost => new SyncGatewayFaults { Kinds = [RequestKind.Write], LoseAnswers = true },
        _ => new SyncGatewayFaults(),
    };

    private void Note(string revision, string? action) => written[revision] = action;

    private async Task<bool> IsOpenAsync() => (string?)(await ReadAsync())?["action"] == "person_request";

    private async Task<JsonObject?> ReadAsync(bool withHistory = false)
    {
        var answer = await outside.Admin.GetAnswerAsync($"db/{id}{(withHistory ? "?revs=true" : "")}");
        return answer.Status == 200 ? answer.Json.AsObject() : null;
    }

    private static string Revision(JsonObject document) => (string)document["_rev"]!;

    private sealed class Script(Delivery delivery, RequestLife life, CancellationTokenSource worker) : IActionHandler
    {
        private bool isUnderWay;

        public IReadOnlyCollection<string> Inputs => ["mine"];

        public TimeSpan Timeout => TimeSpan.FromSeconds(30);

        public async Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken)
        {
            if (!isUnderWay)
            {
                isUnderWay = true;
                life.Break(Accident.None);
                foreach (var write in delivery.Meanwhile)
                {
                    await life.DoAsync(write);
                }

                life.Break(delivery.Accident);
                if (delivery.Accident is Accident.KilledAtWork)
                {
                    await worker.CancelAsync();
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }

            return delivery.Result switch
            {
                0 => new ActionResult.Succeeded(new JsonObject { ["person"] = new JsonObject { ["of"] = request.Revision } }),
                1 => new ActionResult.TransientFailure("passing", "It may pass."),
                _ => new ActionResult.PermanentFailure("final", "It is final."),
            };
        }
    }
}
