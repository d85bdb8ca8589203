using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OfflineActions.Contracts;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Emulators;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Processing;

namespace OfflineActions.Tests.Worker;

/// <summary>Attempts of a handler that reads an attachment, beside an emulated Sync Gateway.</summary>
public sealed class AttachmentAttemptTests
{
    private static readonly ActionContract Contract = ActionCatalog.Default.GetByMessage<PersonRequested>();

    private Emulated emulated = null!;
    private Database database = null!;
    private IHost host = null!;

    [SetUp]
    public async Task Start()
    {
        emulated = await Emulated.StartAsync();
        database = new Database(emulated.Gateway.PublicUrl);
        host = WorkerHost.Create(emulated.Gateway.PublicUrl);
    }

    [TearDown]
    public async Task Stop()
    {
        host.Dispose();
        database.Dispose();
        await emulated.DisposeAsync();
    }

    [Test]
    public async Task A_handler_reads_the_attachment_and_the_document_keeps_it()
    {
        await PutAsync("old");

        var outcome = await RunAsync();

        Assert.That(outcome, Is.EqualTo(new RunOutcome.Completed(HasWritten: true)));
        var document = await database.GetAsync("d");
        Assert.That((string?)document["read"], Is.EqualTo("old"));
        Assert.That((bool?)document["_attachments"]!["a.txt"]!["stub"], Is.True);
    }

    [Test]
    public async Task A_result_for_an_attachment_that_was_replaced_meanwhile_is_thrown_away([Values] bool isBeforeReading)
    {
        await PutAsync("old");
        var replacements = 1;

        var outcome = await RunAsync(isBeforeReading ? ReplaceAsync : null, isBeforeReading ? null : ReplaceAsync);

        Assert.That(outcome, Is.EqualTo(new RunOutcome.Completed(HasWritten: true)));
        Assert.That((string?)(await database.GetAsync("d"))["read"], Is.EqualTo("new"));

        Task ReplaceAsync() => replacements-- > 0 ? PutAsync("new") : Task.CompletedTask;
    }

    [Test]
    public async Task A_result_survives_an_edit_that_keeps_the_attachment()
    {
        await PutAsync("old");
        var runs = 0;

        var outcome = await RunAsync(afterwards: async () =>
        {
            if (runs++ == 0)
            {
                var document = await database.GetAsync("d");
                document.Remove("_revisions");
                document["note"] = "edited";
                await database.PutAsync("d", document.ToJsonString());
            }
        });

        Assert.That(outcome, Is.EqualTo(new RunOutcome.Completed(HasWritten: true)));
        Assert.That(runs, Is.EqualTo(1));
        var saved = await database.GetAsync("d");
        Assert.That(((string?)saved["read"], (string?)saved["note"]), Is.EqualTo(("old", "edited")));
    }

    [Test]
    public async Task Trouble_of_Sync_Gateway_while_an_attachment_is_read_is_no_failure_of_the_action()
    {
        await PutAsync("old");

        var outcome = await RunAsync(
            before: () =>
            {
                emulated.Gateway.Faults.Unauthorized = true;
                return Task.CompletedTask;
            },
            // The document could be written again, and a failure with it.
            whenEnded: () => emulated.Gateway.Faults.Unauthorized = false,
            isLast: true);

        Assert.That((outcome as RunOutcome.Deferred)?.Cause, Is.EqualTo(DeferralCause.SyncGatewayUnavailable));
        Assert.That((string?)(await database.GetAsync("d"))["action"], Is.EqualTo("person_request"));
    }

    [Test]
    public async Task An_attachment_that_Sync_Gateway_has_lost_is_a_permanent_failure()
    {
        // A stub without content, as a broken replication leaves it.
        await database.PutAsync("d", """
            {"action":"person_request","_attachments":{"a.txt":{"stub":true,"digest":"sha1-AAAA","length":3,"revpos":1}}}
            """);

        var outcome = await RunAsync();

        Assert.That((outcome as RunOutcome.Failed)?.Code, Is.EqualTo("unreadable_attachment"));
        Assert.That((string?)(await database.GetAsync("d"))["action"], Is.EqualTo("person_failure"));
    }

    [Test]
    public async Task A_handler_that_does_not_name_attachments_among_its_inputs_hears_so_instead_of_finding_none()
    {
        await PutAsync("old");
        var heard = new List<string>();

        await RunAsync(new FunctionHandler(
            request =>
            {
                heard.Add(Assert.Throws<InvalidOperationException>(() => _ = request.Attachments.All)!.Message);
                heard.Add(Assert.ThrowsAsync<InvalidOperationException>(() => request.Attachments.OpenAsync(
                    new Attachment("a.txt", null, 3, "sha1-x"), CancellationToken.None))!.Message);
                return Task.FromResult<ActionResult>(new ActionResult.Succeeded([]));
            },
            TimeSpan.FromSeconds(10)));

        Assert.That(heard, Is.All.EqualTo(
            "FunctionHandler uses attachments that it does not ask for: add Attachment.Input (\"_attachments\") to its Inputs."));
        Assert.That(heard, Has.Count.EqualTo(2));
    }

    private async Task PutAsync(string text)
    {
        var document = new JsonObject
        {
            ["action"] = "person_request",
            ["_attachments"] = new JsonObject
            {
                ["a.txt"] = new JsonObject { ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) },
            },
        };
        if ((await database.AllAsync()).TryGetValue("d", out var old))
        {
            document["_rev"] = (string?)old["_rev"];
        }

        await database.PutAsync("d", document.ToJsonString());
    }

    private Task<RunOutcome> RunAsync(
        Func<Task>? before = null, Func<Task>? afterwards = null, Action? whenEnded = null, bool isLast = false) =>
        RunAsync(new ReadingHandler(before, afterwards, whenEnded), isLast);

    private async Task<RunOutcome> RunAsync(IActionHandler handler, bool isLast = false)
    {
        var revision = (string)(await database.GetAsync("d"))["_rev"]!;
        var attempt = new Attempt(
            Contract.States,
            Contract.CreateMessage("db", "d", revision, DateTimeOffset.UnixEpoch),
            handler,
            1,
            isLast);
        var slots = new SyncGatewaySlots(1, TimeSpan.FromSeconds(20), new HeldDocuments(), TimeProvider.System);
        using var turn = await slots.BeginAsync(CancellationToken.None, CancellationToken.None);
        return await host.Services.GetRequiredService<ActionRunner>().RunAsync(attempt, turn, CancellationToken.None);
    }

    /// <summary>Reads the only attachment as text.</summary>
    private sealed class ReadingHandler(Func<Task>? before, Func<Task>? afterwards, Action? whenEnded) : IActionHandler
    {
        public IReadOnlyCollection<string> Inputs => [Attachment.Input];

        public TimeSpan Timeout => TimeSpan.FromSeconds(10);

        public async Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken)
        {
            try
            {
                return await ReadAsync(request, cancellationToken);
            }
            finally
            {
                whenEnded?.Invoke();
            }
        }

        private async Task<ActionResult> ReadAsync(ActionRequest request, CancellationToken cancellationToken)
        {
            await (before?.Invoke() ?? Task.CompletedTask);
            await using var content = await request.Attachments.OpenAsync(request.Attachments.All.Single(), cancellationToken);
            using var reader = new StreamReader(content);
            var text = await reader.ReadToEndAsync(cancellationToken);
            await (afterwards?.Invoke() ?? Task.CompletedTask);
            return new ActionResult.Succeeded(new JsonObject { ["read"] = text });
        }
    }
}
