using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>Chooses the picture among the attachments of a document.</summary>
internal static class PictureChoice
{
    /// <summary>
    /// The attachment of that name; without a name, the only attachment; among several, the only one that the app calls a picture.
    /// </summary>
    /// <param name="name">The document's <c>image</c>.</param>
    /// <param name="attachments">The document's attachments.</param>
    /// <returns>The attachment, or why there is none.</returns>
    public static (Attachment? Attachment, ActionResult? Failure) Choose(JsonNode? name, IReadOnlyList<Attachment> attachments)
    {
        if (name is not null)
        {
            return name is JsonValue value && value.TryGetValue<string>(out var text)
                ? attachments.FirstOrDefault(attachment => attachment.Name == text) is { } named
                    ? (named, null)
                    : (null, ImageTextFailures.Missing(text))
                : (null, ImageTextFailures.InvalidName());
        }

        if (attachments is [var only])
        {
            return (only, null);
        }

        var pictures = attachments
            .Where(attachment => attachment.ContentType?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) is true)
            .ToArray();
        return pictures switch
        {
            [var picture] => (picture, null),
            [] => (null, ImageTextFailures.NoPicture()),
            _ => (null, ImageTextFailures.Ambiguous(pictures.Length)),
        };
    }
}
