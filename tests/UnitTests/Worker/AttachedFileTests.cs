using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Attachments;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Worker;

/// <summary>The request that a test gives a handler is as strict as the real one.</summary>
public sealed class AttachedFileTests
{
    private static readonly AttachedFile File = new("a.txt", "text/plain", "two words"u8.ToArray());

    [Test]
    public async Task A_handler_reads_the_files_and_gets_only_its_inputs()
    {
        var request = AttachedFile.Request(
            new Handler(["language", Attachment.Input]), new JsonObject { ["language"] = "en", ["secret"] = 1 }, File, File with { Name = "b" });

        Assert.That(request.Inputs.Select(input => input.Key), Is.EqualTo(new[] { "language", "_attachments" }));
        Assert.That(request.Attachments.All.Select(file => (file.Name, file.ContentType, file.Length)), Is.EqualTo(new[]
        {
            ("a.txt", "text/plain", 9L), ("b", "text/plain", 9L),
        }));
        await using var content = await request.Attachments.OpenAsync(request.Attachments.All[1], CancellationToken.None);
        Assert.That(() => content.ReadByte(), Throws.InstanceOf<NotSupportedException>());
        using var reader = new StreamReader(content);
        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("two words"));
    }

    [Test]
    public void A_handler_that_forgets_to_name_attachments_hears_so()
    {
        var request = AttachedFile.Request(new Handler([]), [], File);

        Assert.That(() => request.Attachments.All, Throws.InvalidOperationException.With.Message.Contains("Attachment.Input"));
    }

    private sealed class Handler(IReadOnlyCollection<string> inputs) : IActionHandler
    {
        public IReadOnlyCollection<string> Inputs => inputs;

        public TimeSpan Timeout => TimeSpan.FromSeconds(1);

        public Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
