using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OfflineActions.SyncGateway;
using OfflineActions.Tests.Attachments;
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
        var request = AttachedFile.Request(handler, inputs ?? [], new AttachedFile("a.png", "image/png", content));
        return handler.PerformAsync(request, CancellationToken.None);
    }
}
