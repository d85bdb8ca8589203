using System.Buffers.Binary;
using OfflineActions.Tests.Pictures;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>Tesseract itself on pictures that are drawn here.</summary>
public sealed class TesseractTests
{
    [Test]
    public async Task The_lines_of_a_picture_come_with_their_boxes()
    {
        var picture = Font.Get().Draw("The quick brown fox\njumps over the lazy dog.");

        var text = await Engine.ReadAsync(picture.ToPng());

        Assert.That(text.Content, Is.EqualTo("The quick brown fox\njumps over the lazy dog."));
        Assert.That((text.Width, text.Height), Is.EqualTo((picture.Width, picture.Height)));
        Assert.That(text.Lines.Select(line => line.Text), Is.EqualTo(text.Content.Split('\n')));
        Assert.That(text.Lines.Select(line => line.Confidence), Has.All.InRange(80, 100));
        Assert.That(text.Lines[0].Left, Is.EqualTo(40).Within(8));
        Assert.That(text.Lines[0].Top + text.Lines[0].Height, Is.LessThan(text.Lines[1].Top + 5));
        Assert.That(text.Lines[1].Left + text.Lines[1].Width, Is.LessThan(picture.Width));
    }

    [Test]
    public async Task Every_format_can_be_read([Values] PictureFormat format) =>
        Assert.That((await Engine.ReadAsync(Drawn.Picture(format))).Content, Is.EqualTo(Drawn.Words));

    /// <summary>Without its TIFF check, Tesseract would end with 0 and no text.</summary>
    [Test]
    public async Task What_cannot_be_decoded_is_damaged([Values] PictureFormat format)
    {
        var content = Drawn.Picture(format);
        if (format is PictureFormat.Tiff)
        {
            // A compression that does not exist.
            BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(10 + (3 * 12) + 8), 7_777);
        }
        else
        {
            content.AsSpan(20, content.Length / 2).Fill(0xAB);
        }

        var outcome = await Engine.Create().ReadAsync(content, ["eng"], CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<EngineOutcome.Damaged>());
    }

    [Test]
    public async Task More_memory_than_allowed_is_a_failure_that_may_pass()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Memory is limited on Linux only.");
        }

        var engine = Engine.Create(new ImageTextOptions { MaxMemory = 96 << 20 });

        var outcome = await engine.ReadAsync(new Raster(4_000, 4_000).ToPng(), ["eng"], CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<EngineOutcome.Failed>());
    }
}
