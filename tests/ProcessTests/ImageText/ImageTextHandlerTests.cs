using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using OfflineActions.Tests.Attachments;
using OfflineActions.Tests.Pictures;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>A request for the text of a picture, with the real Tesseract.</summary>
public sealed class ImageTextHandlerTests
{
    [Test]
    public async Task The_result_is_what_apps_render()
    {
        var content = Drawn.Picture(PictureFormat.Png);

        var text = await ReadAsync(content, new JsonObject { ["languages"] = new JsonArray("eng") });

        Assert.That((string?)text["content"], Is.EqualTo(Drawn.Words));
        Assert.That((string?)text["lines"]![0]!["text"], Is.EqualTo(Drawn.Words));
        Assert.That((int)text["lines"]![0]!["box"]!["left"]!, Is.EqualTo(40).Within(8));
        Assert.That((int)text["lines"]![0]!["box"]!["width"]!, Is.GreaterThan(200));
        Assert.That((double)text["lines"]![0]!["confidence"]!, Is.InRange(50, 100));
        Assert.That(text["languages"]!.ToJsonString(), Is.EqualTo("""["eng"]"""));
        Assert.That((string?)text["engine"]!["name"], Is.EqualTo("Tesseract"));
        Assert.That((string?)text["engine"]!["version"], Does.StartWith("5."));
        Assert.That((string?)text["image"], Is.EqualTo("a.png"));
        Assert.That((string?)text["digest"], Is.EqualTo(AttachedFile.DigestOf(content)));
        Assert.That((int)text["height"]!, Is.EqualTo(136));
        Assert.That(text.Select(property => property.Key), Is.EqualTo(
            new[] { "content", "lines", "languages", "engine", "image", "digest", "width", "height" }));
    }

    [Test]
    public async Task A_photo_is_read_however_the_camera_was_held([Range(1, 8)] int orientation, [Values] bool isColoured)
    {
        var text = await ReadAsync(Drawn.Picture(PictureFormat.Jpeg, orientation, isColoured: isColoured));

        Assert.That((string?)text["content"], Is.EqualTo(Drawn.Words));
        Assert.That((int)text["width"]!, Is.GreaterThan((int)text["height"]!));
    }

    [Test]
    public async Task A_photo_that_is_sent_in_steps_is_turned_too()
    {
        var stored = Font.Get().Draw(Drawn.Words).Store(6).ToJpeg(6, isColoured: true, isProgressive: true);

        Assert.That((string?)(await ReadAsync(stored))["content"], Is.EqualTo(Drawn.Words));
    }

    [Test]
    public async Task A_scan_is_turned_by_its_tag([Range(1, 8)] int orientation) =>
        Assert.That((string?)(await ReadAsync(Drawn.Picture(PictureFormat.Tiff, orientation)))["content"], Is.EqualTo(Drawn.Words));

    [Test]
    public async Task A_scan_in_colour_is_turned_by_its_tag([Range(1, 7)] int orientation) => Assert.That(
        (string?)(await ReadAsync(Drawn.Picture(PictureFormat.Tiff, orientation, isColoured: true)))["content"], Is.EqualTo(Drawn.Words));

    [TestCase(PictureFormat.Png, 6)]
    [TestCase(PictureFormat.WebP, 3)]
    [TestCase(PictureFormat.Tiff, 8)]
    public async Task What_cannot_be_turned_is_refused_and_never_read_askew(PictureFormat format, int orientation) => Assert.That(
        await FailAsync(Drawn.Picture(format, orientation, isColoured: true)), Is.EqualTo("image_orientation_unsupported"));

    [Test]
    public async Task German_is_read_with_its_letters()
    {
        const string Text = "Größere Äpfel schmecken süß";
        var content = Font.Get().Draw(Text).ToPng();

        Assert.That(
            (string?)(await ReadAsync(content, new JsonObject { ["languages"] = new JsonArray("deu", "deu") }))["content"], Is.EqualTo(Text));
    }

    [Test]
    public async Task A_picture_without_text_has_none()
    {
        var text = await ReadAsync(new Raster(300, 200).ToPng());

        Assert.That((string?)text["content"], Is.Empty);
        Assert.That(text["lines"]!.AsArray(), Is.Empty);
        Assert.That(((int)text["width"]!, (int)text["height"]!), Is.EqualTo((300, 200)));
    }

    [TestCase("", "image_empty", null)]
    [TestCase("<svg xmlns=\"http://www.w3.org/2000/svg\"><text>x</text></svg>", "image_unsupported", "an SVG")]
    [TestCase("%PDF-1.7\n1 0 obj <</Encrypt 2 0 R>>", "image_unsupported", "a PDF")]
    [TestCase("GIF89a", "image_unsupported", "a GIF")]
    [TestCase("II+\0\b\0\0\0", "image_unsupported", "a BigTIFF")]
    [TestCase("/etc/passwd\n", "image_unsupported", "something else")]
    [TestCase("MM\0*\0\0\0\bxx", "image_damaged", null)]
    public async Task What_is_no_picture_fails_for_good(string content, string code, string? word)
    {
        var failure = (ActionResult.PermanentFailure)await PictureRequest.PerformAsync(Encoding.Latin1.GetBytes(content));

        Assert.That(failure.Code, Is.EqualTo(code));
        Assert.That(failure.Message, Does.Contain("a.png").And.Contain(word ?? ""));
    }

    [Test]
    public async Task An_animation_is_not_called_damaged()
    {
        byte[] content = [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, 9, 0, 0, 9, 0, 0];

        var failure = (ActionResult.PermanentFailure)await PictureRequest.PerformAsync(content);

        Assert.That((failure.Code, failure.Message), Is.EqualTo((
            "image_unsupported", "The picture must be a PNG, JPEG, WebP or TIFF. a.png is an animation.")));
    }

    [Test]
    public async Task A_picture_that_was_cut_off_fails_for_good([Values] PictureFormat format)
    {
        var content = Drawn.Picture(format);

        Assert.That(await FailAsync(content[..(content.Length / 2)]), Is.EqualTo("image_damaged"));
    }

    [Test]
    public async Task A_photo_that_must_be_turned_and_cannot_be_decoded_fails_for_good()
    {
        var content = Drawn.Picture(PictureFormat.Jpeg, orientation: 6);

        // Where the tables for decoding are: most of them become nonsense.
        content.AsSpan(60, 200).Fill(0x55);

        Assert.That(await FailAsync(content), Is.EqualTo("image_damaged"));
    }

    [Test]
    public async Task A_bomb_is_refused_before_it_is_decoded()
    {
        var content = Drawn.Picture(PictureFormat.Png);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(16), 50_000);
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(20), 50_000);

        Assert.That(await FailAsync(content), Is.EqualTo("image_too_many_pixels"));
    }

    [Test]
    public async Task A_picture_that_is_longer_than_Tesseract_reads_is_not_called_damaged()
    {
        var failure = (ActionResult.PermanentFailure)await PictureRequest.PerformAsync(new Raster(10, 32_768).ToPng());

        Assert.That(failure.Code, Is.EqualTo("image_too_many_pixels"));
        Assert.That(failure.Message, Does.Contain("has 10 x 32768 pixels. A side may have up to 32767."));
        Assert.That(await PictureRequest.PerformAsync(new Raster(32_767, 10).ToPng()), Is.InstanceOf<ActionResult.Succeeded>());
    }

    [Test]
    public async Task The_limits_are_settings()
    {
        var content = Drawn.Picture(PictureFormat.Png);

        Assert.That(await FailAsync(content, options: new() { MaxBytes = content.Length - 1 }), Is.EqualTo("image_too_large"));
        Assert.That(await FailAsync(content, options: new() { MaxPixels = 100 }), Is.EqualTo("image_too_many_pixels"));
        Assert.That(
            await PictureRequest.PerformAsync(content, options: new() { MaxBytes = content.Length }), Is.InstanceOf<ActionResult.Succeeded>());
    }

    [TestCase("""["fra"]""")]
    [TestCase("""["eng","../../etc"]""")]
    [TestCase("""["osd"]""")]
    [TestCase("[]")]
    [TestCase("""["eng","deu","eng"]""")]
    [TestCase("[7]")]
    [TestCase("\"eng\"")]
    public async Task Other_languages_fail_with_the_list_of_those_that_can_be_had(string languages)
    {
        var failure = (ActionResult.PermanentFailure)await PictureRequest.PerformAsync(
            Drawn.Picture(PictureFormat.Png), new JsonObject { ["languages"] = JsonNode.Parse(languages) });

        Assert.That(failure.Code, Is.EqualTo("image_languages_invalid"));
        Assert.That(failure.Message, Does.Contain("eng, deu"));
    }

    [TestCase("\"b.png\"", "image_missing")]
    [TestCase("7", "image_name_invalid")]
    public async Task A_name_of_nothing_fails_for_good(string image, string code) => Assert.That(
        await FailAsync(Drawn.Picture(PictureFormat.Png), new JsonObject { ["image"] = JsonNode.Parse(image) }), Is.EqualTo(code));

    [Test]
    public async Task A_picture_that_takes_too_long_may_be_read_later()
    {
        var result = await PictureRequest.PerformAsync(
            Drawn.Picture(PictureFormat.Png), options: new() { Timeout = TimeSpan.FromMilliseconds(1) });

        Assert.That((result as ActionResult.TransientFailure)?.Code, Is.EqualTo("image_engine_timed_out"));
    }

    [Test]
    public async Task A_crash_may_pass()
    {
        using var fake = new FakeTesseract("kill -SEGV $$");

        var result = await PictureRequest.PerformAsync(Drawn.Picture(PictureFormat.Png), options: new() { Tesseract = fake.Program });

        Assert.That((result as ActionResult.TransientFailure)?.Code, Is.EqualTo("image_engine_failed"));
    }

    [Test]
    public async Task Too_much_text_fails_for_good()
    {
        using var fake = new FakeTesseract("cat /dev/zero");

        Assert.That(
            await FailAsync(Drawn.Picture(PictureFormat.Png), options: new() { Tesseract = fake.Program }), Is.EqualTo("image_text_too_long"));
    }

    private static async Task<JsonObject> ReadAsync(byte[] content, JsonObject? inputs = null)
    {
        var result = await PictureRequest.PerformAsync(content, inputs);
        Assert.That(result, Is.InstanceOf<ActionResult.Succeeded>(), result.ToString());
        return ((ActionResult.Succeeded)result).Properties["text"]!.AsObject();
    }

    private static async Task<string> FailAsync(byte[] content, JsonObject? inputs = null, ImageTextOptions? options = null)
    {
        var result = await PictureRequest.PerformAsync(content, inputs, options);
        Assert.That(result, Is.InstanceOf<ActionResult.PermanentFailure>(), result.ToString());
        return ((ActionResult.PermanentFailure)result).Code;
    }
}
