using Microsoft.Extensions.Options;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.Pictures;

/// <summary>The Tesseract of this machine.</summary>
internal static class Engine
{
    /// <summary>Creates it; the test is skipped where there is none.</summary>
    public static TesseractEngine Create(ImageTextOptions? options = null)
    {
        var engine = new TesseractEngine(Options.Create(options ?? new ImageTextOptions()));
        if (engine.Obstacle is { } obstacle)
        {
            Assert.Ignore(obstacle);
        }

        return engine;
    }

    /// <summary>The text of a picture that can be read.</summary>
    public static async Task<RecognisedText> ReadAsync(byte[] picture, string language = "eng")
    {
        var outcome = await Create().ReadAsync(picture, [language], CancellationToken.None);
        Assert.That(outcome, Is.InstanceOf<EngineOutcome.Recognised>());
        return ((EngineOutcome.Recognised)outcome).Text;
    }
}
