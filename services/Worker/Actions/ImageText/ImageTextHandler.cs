using System.Buffers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using OfflineActions.SyncGateway;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>
/// Reads the text of a picture that is attached to the document: the attachment <c>image</c>, else the only picture. <c>languages</c> lists
/// the languages of the text.
/// </summary>
internal sealed class ImageTextHandler(
    TesseractEngine engine,
    IOptions<ImageTextOptions> options,
    IOptions<SyncGatewayOptions> syncGateway,
    ILogger<ImageTextHandler> log) : IActionHandler
{
    private const string Image = "image";
    private const string Languages = "languages";

    private readonly ImageTextOptions settings = options.Value;

    /// <inheritdoc />
    public IReadOnlyCollection<string> Inputs { get; } = [Image, Languages, Attachment.Input];

    /// <remarks>Reading the picture, Tesseract's time, and a second to kill it.</remarks>
    /// <inheritdoc />
    public TimeSpan Timeout => syncGateway.Value.Timeout + settings.Timeout + TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public bool Computes => true;

    /// <inheritdoc />
    public IReadOnlyCollection<string> FailureCodes => ImageTextFailures.Codes;

    /// <inheritdoc />
    public async Task<ActionResult> PerformAsync(ActionRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (ChooseLanguages(request.Inputs[Languages]) is not { } languages)
        {
            return ImageTextFailures.InvalidLanguages(engine.Installation.Languages);
        }

        var (attachment, failure) = PictureChoice.Choose(request.Inputs[Image], request.Attachments.All);
        if (attachment is null)
        {
            return failure!;
        }

        if (attachment.Length > settings.MaxBytes)
        {
            return ImageTextFailures.TooLarge(attachment.Name, settings.MaxBytes);
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(1, attachment.IsEncoded ? settings.MaxBytes + 1L : attachment.Length));
        try
        {
            await using var content = await request.Attachments.OpenAsync(attachment, cancellationToken);
            var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            if (length == buffer.Length && await content.ReadAsync(new byte[1], cancellationToken) > 0 && !attachment.IsEncoded)
            {
                throw new AttachmentChangedException();
            }

            if (length > settings.MaxBytes)
            {
                return ImageTextFailures.TooLarge(attachment.Name, settings.MaxBytes);
            }

            return await ReadAsync(attachment, buffer.AsMemory(0, length), languages, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task<ActionResult> ReadAsync(
        Attachment attachment, ReadOnlyMemory<byte> content, IReadOnlyList<string> languages, CancellationToken cancellationToken)
    {
        if (content.IsEmpty)
        {
            return ImageTextFailures.Empty(attachment.Name);
        }

        if (PictureHeader.Recognise(content.Span) is not { } format)
        {
            return ImageTextFailures.Unsupported(attachment.Name, content.Span);
        }

        if (PictureHeader.Read(format, content.Span) is not { } header)
        {
            return ImageTextFailures.Damaged(attachment.Name);
        }

        if (header.Pixels > settings.MaxPixels)
        {
            return ImageTextFailures.TooManyPixels(attachment.Name, header, settings.MaxPixels);
        }

        if (Math.Max(header.Width, header.Height) > TesseractEngine.MaxSide)
        {
            return ImageTextFailures.TooLong(attachment.Name, header, TesseractEngine.MaxSide);
        }

        if (!CanTurn(header))
        {
            return ImageTextFailures.UnsupportedOrientation(attachment.Name, header.Orientation);
        }

        if (header is { Format: PictureFormat.Jpeg, Orientation: not 1 })
        {
            if (UprightJpeg.Turn(content, header, cancellationToken) is not { } upright)
            {
                return ImageTextFailures.Damaged(attachment.Name);
            }

            content = upright;
        }

        switch (await engine.ReadAsync(content, languages, cancellationToken))
        {
            case EngineOutcome.Recognised { Text: var text } when (text.Width, text.Height) != (header.UprightWidth, header.UprightHeight):
                return ImageTextFailures.Damaged(attachment.Name);
            case EngineOutcome.Recognised { Text: var text }:
                return new ActionResult.Succeeded(new JsonObject { ["text"] = ToJson(text, attachment, languages) });
            case EngineOutcome.Damaged:
                return ImageTextFailures.Damaged(attachment.Name);
            case EngineOutcome.TooMuchText:
                return ImageTextFailures.TooMuchText(attachment.Name);
            case EngineOutcome.TimedOut:
                return ImageTextFailures.TimedOut(settings.Timeout);
            case EngineOutcome.Failed { Reason: var reason }:
                log.EngineFailed(ImageTextFailures.Shorten(attachment.Name), reason);
                return ImageTextFailures.EngineFailed();
            case var outcome:
                throw new InvalidOperationException($"Reading a picture cannot end like this: {outcome}");
        }
    }

    /// <summary>
    /// JPEGs are turned here. Tesseract turns a TIFF by its tag, but one in colour that lies on its left side ends upside down, in Leptonica
    /// 1.82 and others. It does not look at the EXIF data of the other formats.
    /// </summary>
    private static bool CanTurn(PictureHeader header) => header switch
    {
        { Orientation: 1 } or { Format: PictureFormat.Jpeg } => true,
        { Format: PictureFormat.Tiff } => header is not { Orientation: 8, IsColoured: true },
        _ => false,
    };

    /// <returns>Null when a document asks for languages that it may not have.</returns>
    private IReadOnlyList<string>? ChooseLanguages(JsonNode? wanted)
    {
        var allowed = engine.Installation.Languages;
        switch (wanted)
        {
            case null:
                return allowed;
            case JsonArray { Count: > 0 } array when array.Count <= allowed.Count:
                var codes = array
                    .Select(code => code is JsonValue value && value.TryGetValue<string>(out var text) ? text : "")
                    .Distinct(StringComparer.Ordinal)
                    .ToArray();
                return codes.All(allowed.Contains) ? codes : null;
            default:
                return null;
        }
    }

    private JsonObject ToJson(RecognisedText text, Attachment attachment, IReadOnlyList<string> languages) => new()
    {
        ["content"] = text.Content,
        ["lines"] = new JsonArray([.. text.Lines.Select(line => line.ToJson())]),
        ["languages"] = new JsonArray([.. languages.Select(language => JsonValue.Create(language))]),
        ["engine"] = new JsonObject { ["name"] = "Tesseract", ["version"] = engine.Installation.Version },
        ["image"] = attachment.Name,
        ["digest"] = attachment.Digest,
        ["width"] = text.Width,
        ["height"] = text.Height,
    };
}

internal static partial class ImageTextLog
{
    [LoggerMessage(2020, LogLevel.Warning, "Tesseract failed on the picture {Image}: {Reason}")]
    public static partial void EngineFailed(this ILogger log, string image, string reason);
}
