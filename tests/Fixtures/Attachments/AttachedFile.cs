using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Attachments;

/// <summary>A file that is attached to a document.</summary>
/// <param name="Name">Its name in the document.</param>
/// <param name="ContentType">Its media type; null when the app gave none.</param>
/// <param name="Content">Its content.</param>
internal sealed record AttachedFile(string Name, string? ContentType, byte[] Content)
{
    /// <summary>
    /// The request that <paramref name="handler"/> gets for a document with files, without a Sync Gateway: of the document only its inputs,
    /// and files that are read as the real ones are.
    /// </summary>
    /// <param name="handler">The handler.</param>
    /// <param name="document">The other properties of the document.</param>
    /// <param name="files">The attached files.</param>
    public static ActionRequest Request(IActionHandler handler, JsonObject document, params IReadOnlyList<AttachedFile> files)
    {
        var attachments = new JsonObject(files.Select(file => KeyValuePair.Create(file.Name, (JsonNode?)file.Stub)));
        var inputs = handler.Inputs.Where(document.ContainsKey).Select(name => KeyValuePair.Create(name, document[name]?.DeepClone()))
            .Concat(handler.Inputs.Where(name => name == Attachment.Input).Select(name => KeyValuePair.Create(name, (JsonNode?)attachments)));
        return new ActionRequest("d", "1-a", new JsonObject(inputs))
        {
            Attachments = DocumentAttachments.For(
                handler,
                Attachment.ReadAll(attachments),
                (opened, _) => Task.FromResult<AttachmentOutcome>(files.Single(file => file.Name == opened.Name).Open(opened))),
        };
    }

    /// <summary>The digest that Sync Gateway gives a content.</summary>
    public static string DigestOf(byte[] content) => "sha1-" + Convert.ToBase64String(Hash(content));

    private JsonObject Stub => new()
    {
        ["content_type"] = ContentType,
        ["digest"] = DigestOf(Content),
        ["length"] = (long)Content.Length,
        ["revpos"] = 1,
        ["stub"] = true,
    };

    private AttachmentOutcome.Opened Open(Attachment attachment) => new(new AttachmentStream(
        attachment,
        new HttpResponseMessage(),
        new MemoryStream(Content, writable: false),
        new CancellationTokenSource(),
        Timeout.InfiniteTimeSpan));

#pragma warning disable CA5350 // It is Sync Gateway's digest.
    private static byte[] Hash(byte[] content) => SHA1.HashData(content);
#pragma warning restore CA5350
}
