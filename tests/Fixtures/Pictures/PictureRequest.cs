using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.Pictures;

/// <summary>Requests for the text of pictures, without a Sync Gateway.</summary>
internal static class PictureRequest
{
    /// <summary>Performs one with the Tesseract of this machine; the test is skipped where there is none.</summary>
    /// <param name="content">The only attachment, <c>a.png</c>.</param>
    /// <param name="inputs">The other inputs.</param>
    /// <param name="options">The settings.</param>
    public static Task<ActionResult> PerformAsync(byte[] content, JsonObject? inputs = null, ImageTextOptions? options = null)
    {
        options ??= new ImageTextOptions();
        var handler = new ImageTextHandler(
            Engine.Create(options),
            Options.Create(options),
            Options.Create(new SyncGatewayOptions()),
            NullLogger<ImageTextHandler>.Instance);
        var attachment = new Attachment("a.png", "image/png", content.Length, DigestOf(content));
        var request = new ActionRequest("d", "1-a", inputs ?? [])
        {
            Attachments = new DocumentAttachments(
                [attachment],
                (_, _) => Task.FromResult<AttachmentOutcome>(new AttachmentOutcome.Opened(new MemoryStream(content, writable: false)))),
        };
        return handler.PerformAsync(request, CancellationToken.None);
    }

    /// <summary>The digest that Sync Gateway gives a content.</summary>
    public static string DigestOf(byte[] content) => "sha1-" + Convert.ToBase64String(Hash(content));

#pragma warning disable CA5350 // It is Sync Gateway's digest.
    private static byte[] Hash(byte[] content) => SHA1.HashData(content);
#pragma warning restore CA5350
}
