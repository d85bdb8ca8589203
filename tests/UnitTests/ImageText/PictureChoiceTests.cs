using System.Text.Json.Nodes;
using OfflineActions.SyncGateway;
using OfflineActions.Worker.Actions;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>Which attachment is the picture.</summary>
public sealed class PictureChoiceTests
{
    private const string Two =
        """{"a.png":{"content_type":"image/png","length":1,"digest":"sha1-a"},"b":{"content_type":"Image/JPEG","length":2,"digest":"sha1-b"}}""";

    [TestCase("\"b\"", Two, "b")]
    [TestCase(null, """{"x":{"content_type":"text/plain","length":1,"digest":"sha1-x"}}""", "x")]
    [TestCase(null, """{"x":{"length":1,"digest":"sha1-x"},"y":{"content_type":"image/webp","length":1,"digest":"sha1-y"}}""", "y")]
    public void It_is_the_one_that_is_named_or_the_only_one(string? name, string attachments, string expected)
    {
        var (attachment, failure) = Choose(name, attachments);

        Assert.That(failure, Is.Null);
        Assert.That(attachment?.Name, Is.EqualTo(expected));
    }

    [TestCase("\"c\"", Two, "image_missing")]
    [TestCase("\"A.PNG\"", Two, "image_missing")]
    [TestCase("7", Two, "image_name_invalid")]
    [TestCase("[\"a.png\"]", Two, "image_name_invalid")]
    [TestCase(null, Two, "image_ambiguous")]
    [TestCase(null, "{}", "image_missing")]
    [TestCase(null, "null", "image_missing")]
    [TestCase(null, "\"text\"", "image_missing")]
    [TestCase(null, """{"a":{"length":1,"digest":"sha1-a"},"b":{"length":1,"digest":"sha1-b"}}""", "image_missing")]
    [TestCase(null, """{"a":{"length":1},"b":7}""", "image_missing")]
    public void Otherwise_the_failure_says_why(string? name, string attachments, string code)
    {
        var (attachment, failure) = Choose(name, attachments);

        Assert.That(attachment, Is.Null);
        Assert.That((failure as ActionResult.PermanentFailure)?.Code, Is.EqualTo(code));
        Assert.That(ImageTextFailures.Codes, Does.Contain(code));
    }

    private static (Attachment? Attachment, ActionResult? Failure) Choose(string? name, string attachments) =>
        PictureChoice.Choose(name is null ? null : JsonNode.Parse(name), Attachment.ReadAll(JsonNode.Parse(attachments)));
}
