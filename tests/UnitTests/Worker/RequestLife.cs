using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Emulators;
using OfflineActions.Tests.Echo;
using OfflineActions.Tests.Emulators;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>
/// One document, the app that writes it, its messages, and a worker that receives them. Steps run one after the other; the app may also
/// write while the worker performs the action.
/// </summary>
internal sealed class RequestLife(ActionRunner runner, Emulated outside, string id)
{
    public const int MaxAttempts = 3;

    /// <summary>The members that may have any value.</summary>
    private static readonly string[] OddFields = ["odd", "notBefore", "expiresAt", "error", "person", "then", "chain", "progress"];

    private readonly SyncGatewaySlots slots = new(1, TimeSpan.FromMinutes(1), new HeldDocuments(), TimeProvider.System);
    private readonly WorkerWrites answers = new(EchoCatalog.All);
    private readonly List<QueuedMessage> queue = [];
    private readonly List<QueuedMessage> everyMessage = [];
    private readonly List<string?> errors = [];
    private readonly Dictionary<string, string?> written = [];
    private int mine;

    /// <summary>Whether the app has replaced the error of a failure: if the answer to its write was lost, the worker no longer knows it.</summary>
    private bool isErrorForged;

    /// <summary>A write of the app.</summary>
    public enum Write
    {
        Request,
        Edit,
        Cancel,
        Delete,
    }

    /// <summary>A fault during a delivery, apart from the action itself.</summary>
    public enum Fault
    {
        None,
        ReadFails,
        WriteFails,
        WriteAnswerLost,
        KilledDuringAction,
        KilledBeforeAck,
    }

    /// <summary>One delivery.</summary>
    /// <param name="Index">The index of the message in the queue, modulo its length.</param>
    /// <param name="Result">0 for success, 1 for a transient failure, 2 for a permanent one.</param>
    /// <param name="Fault">The fault.</param>
    /// <param name="Meanwhile">The app's writes while the worker performs the action.</param>
    /// <param name="IsPublished">Whether the webhook arrives when the worker writes the next request of a chain.</param>
    /// <param name="IsNoted">Whether the document says so when the request is delayed.</param>
    public sealed record Delivery(
        int Index, int Result, Fault Fault, Write[] Meanwhile, bool IsPublished = true, bool IsNoted = false);

    private sealed record QueuedMessage(string Action, string Revision, int Failures = 0, bool IsInterrupted = false, string? Note = null);

    /// <summary>The app writes the next revision. A request is published, unless its webhook is lost.</summary>
    /// <param name="write">What it writes.</param>
    /// <param name="isPublished">Whether the webhook arrives.</param>
    /// <param name="odd">JSON members, of those in <see cref="OddFields"/>, that are replaced; empty for none.</param>
    public async Task WriteAsync(Write write, bool isPublished = true, string odd = "")
    {
        var current = await ReadAsync();
        if (current is null && write is not Write.Request)
        {
            return;
        }

        if (write is Write.Delete)
        {
            Record((await outside.Admin.DeleteAnswerAsync($"db/{id}?rev={Revision(current!)}")).Revision, null);
            return;
        }

        var next = current?.DeepClone().AsObject() ?? [];
        foreach (var name in OddFields.Where(name => odd.Contains($"\"{name}\":", StringComparison.Ordinal)))
        {
            next.Remove(name);
        }

        next["mine"] = ++mine;
        next["action"] = write switch
        {
            Write.Request => "person_request",
            Write.Cancel => "cancelled",
            _ => (string)next["action"]!,
        };
        isErrorForged |= odd.StartsWith("\"error\":", StringComparison.Ordinal) && ((string)next["action"]!).EndsWith("_failure", StringComparison.Ordinal);
        var json = next.ToJsonString();
        var answer = await outside.Admin.PutAnswerAsync($"db/{id}", odd.Length == 0 ? json : $"{{{odd},{json[1..]}");
        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Record(answer.Revision, (string)next["action"]!);
        answers.Read((await ReadAsync())!);
        answers.HasForgedNote |= odd.StartsWith("\"chain\":", StringComparison.Ordinal);
        if (isPublished)
        {
            Publish(written[answer.Revision], answer.Revision);
        }
    }

    /// <summary>A message comes twice. It may have been answered long ago.</summary>
    public void Duplicate(int index)
    {
        if (everyMessage.Count > 0)
        {
            queue.Add(everyMessage[index % everyMessage.Count]);
        }
    }

    /// <summary>A worker receives a message.</summary>
    public async Task DeliverAsync(Delivery delivery)
    {
        if (queue.Count == 0)
        {
            return;
        }

        var message = queue[delivery.Index % queue.Count];
        queue.Remove(message);
        var contract = EchoCatalog.All.FindByRequest(message.Action)!;
        using var worker = new CancellationTokenSource();
        var handler = new ScriptedHandler(contract.States.Name, delivery, this, worker);
        var attempt = new Attempt(
            contract.States,
            contract.CreateMessage("db", id, message.Revision, DateTimeOffset.UnixEpoch),
            handler,
            message.Failures + 1,
            IsLast: message.Failures + 1 >= MaxAttempts,
            message.IsInterrupted,
            PendingFailure.Parse(message.Note))
        {
            FindNoted = _ => delivery.IsNoted ? DateTimeOffset.UnixEpoch : null,
        };
        if (delivery.Fault is Fault.ReadFails || message.Note is not null)
        {
            SetFault(delivery.Fault);
        }

        RunOutcome? outcome = null;
        try
        {
            using var turn = await slots.BeginAsync(worker.Token, worker.Token);
            outcome = await runner.RunAsync(attempt, turn, worker.Token);
        }
        catch (OperationCanceledException) when (worker.IsCancellationRequested)
        {
            // The worker died.
        }
        finally
        {
            outside.Gateway.Faults = new SyncGatewayFaults();
        }

        if (await ReadAsync() is { } document && !written.ContainsKey(Revision(document)) && answers.Add(message.Revision, document)
            && delivery.IsPublished)
        {
            Publish((string)document["action"]!, Revision(document));
        }

        if (outcome is null || delivery.Fault is Fault.KilledBeforeAck)
        {
            queue.Add(message with { IsInterrupted = true });
        }
        else if (outcome is RunOutcome.Failed failed)
        {
            errors.Add(failed.Revision);
        }
        else if (outcome is RunOutcome.Deferred deferred)
        {
            var failures = message.Failures + (deferred.Cause is DeferralCause.TransientFailure ? 1 : 0);
            queue.Add(new QueuedMessage(message.Action, message.Revision, failures, message.IsInterrupted, deferred.PendingFailure?.ToString()));
        }
    }

    /// <summary>
    /// Delivers without faults, with catch-up publishing what has no message, until nothing is left. Then the document must be right.
    /// </summary>
    public async Task SettleAsync(int result)
    {
        for (var deliveries = 0; queue.Count > 0 || await IsOpenAsync(); deliveries++)
        {
            Assert.That(deliveries, Is.LessThan(200), "The number of deliveries is limited.");
            if (queue.Count == 0)
            {
                var open = (await ReadAsync())!;
                Publish((string)open["action"]!, Revision(open));
            }

            await DeliverAsync(new Delivery(0, result, Fault.None, []));
        }

        if (await ReadAsync(withHistory: true) is { } document)
        {
            Check(document);
        }
    }

    private void Check(JsonObject document)
    {
        var newest = (int)document["_revisions"]!["start"]!;
        var chain = document["_revisions"]!["ids"]!.AsArray().Select((digest, age) => $"{newest - age}-{(string)digest!}").ToArray();
        var action = (string)document["action"]!;
        Assert.That(written.Keys, Is.SubsetOf(chain), "Every revision that the app wrote is in the history.");
        Assert.That((int)document["mine"]!, Is.EqualTo(mine), "The document holds the app's last edit.");

        // Newest first. A request has at most one result, and no other revision has one.
        answers.Check([.. chain.Where(revision => !written.ContainsKey(revision))]);
        var names = EchoCatalog.All.Actions.Select(each => each.States);
        Assert.That(action, Is.AnyOf(["cancelled", .. names.SelectMany(each => new[] { each.Success, each.Failure })]));
        if (names.FirstOrDefault(each => each.Success == action) is { Name: var name })
        {
            Assert.That(document, Contains.Key(name));
        }
        else if (action != "cancelled" && !isErrorForged)
        {
            Assert.That(errors.Intersect(chain), Is.Not.Empty, "A failure in the document is in the error queue, too.");
        }
    }

    private void SetFault(Fault fault) => outside.Gateway.Faults = fault switch
    {
        Fault.ReadFails => new SyncGatewayFaults { Kinds = [RequestKind.Read], ErrorRate = 1 },
        Fault.WriteFails => new SyncGatewayFaults { Kinds = [RequestKind.Write], ErrorRate = 1 },
        Fault.WriteAnswerLost => new SyncGatewayFaults { Kinds = [RequestKind.Write], LoseAnswers = true },
        _ => new SyncGatewayFaults(),
    };

    private void Record(string revision, string? action) => written[revision] = action;

    private void Publish(string? action, string revision)
    {
        if (ActionStates.IsRequest(action))
        {
            var message = new QueuedMessage(action, revision);
            queue.Add(message);
            everyMessage.Add(message);
        }
    }

    private async Task<bool> IsOpenAsync() => ActionStates.IsRequest((string?)(await ReadAsync())?["action"]);

    private async Task<JsonObject?> ReadAsync(bool withHistory = false)
    {
        var answer = await outside.Admin.GetAnswerAsync($"db/{id}{(withHistory ? "?revs=true" : "")}");
        return answer.Status == 200 ? answer.Json.AsObject() : null;
    }

    private static string Revision(JsonObject document) => (string)document["_rev"]!;

    private sealed class ScriptedHandler(string name, Delivery delivery, RequestLife life, CancellationTokenSource worker) : IActionHandler
    {
        private bool hasStarted;

        public IReadOnlyCollection<string> Inputs => ["mine", "odd"];

        public TimeSpan Timeout => TimeSpan.FromSeconds(30);

        public async Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken)
        {
            if (!hasStarted)
            {
                hasStarted = true;
                life.SetFault(Fault.None);
                foreach (var write in delivery.Meanwhile)
                {
                    await life.WriteAsync(write);
                }

                life.SetFault(delivery.Fault);
                if (delivery.Fault is Fault.KilledDuringAction)
                {
                    await worker.CancelAsync();
                    cancellationToken.ThrowIfCancellationRequested();
                }
            }

            return delivery.Result switch
            {
                0 => new ActionResult.Succeeded(new JsonObject { [name] = new JsonObject { ["of"] = request.Revision } }),
                1 => new ActionResult.TransientFailure("transient", "Transient."),
                _ => new ActionResult.PermanentFailure("permanent", "Permanent."),
            };
        }
    }
}
