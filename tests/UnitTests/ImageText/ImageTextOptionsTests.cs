using System.ComponentModel.DataAnnotations;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>The section ImageText.</summary>
public sealed class ImageTextOptionsTests
{
    [Test]
    public void The_defaults_are_valid() => Assert.That(Validate(new()), Is.Empty);

    [Test]
    public void Every_error_names_its_key()
    {
        var errors = Validate(new()
        {
            MaxBytes = 0,
            MaxPixels = 0,
            Timeout = TimeSpan.FromMinutes(2),
            MaxMemory = 1,
        });

        Assert.That(errors, Has.Count.EqualTo(4));
        Assert.That(errors, Has.All.StartsWith("ImageText:"));
    }

    [TestCase("../eng")]
    [TestCase("eng+deu")]
    [TestCase("-l")]
    [TestCase("e")]
    [TestCase("eng\n")]
    [TestCase("")]
    public void A_language_is_a_code_and_nothing_else(string code) =>
        Assert.That(Validate(new() { Languages = ["eng", code] }), Has.Exactly(1).StartsWith("ImageText:Languages"));

    [TestCase("")]
    [TestCase(" ")]
    public void There_is_a_program(string program) =>
        Assert.That(Validate(new() { Tesseract = program }), Has.Exactly(1).StartsWith("ImageText:Tesseract"));

    private static List<string?> Validate(ImageTextOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage)];
    }
}
