using System.Text.Json.Nodes;
using OfflineActions.Tests.Pictures;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>Pictures through the whole system: attachment, webhook, message, worker, Tesseract, document.</summary>
[Category("Broker")]
public sealed class ImageTextTests
{
    [Test]
    public async Task A_document_gets_the_text_of_its_picture_and_keeps_everything_else()
    {
        _ = Engine.Create();
        await using var system = await PipelineSystem.StartAsync();
        var content = Drawn.Picture(PictureFormat.Jpeg, orientation: 6);

        await system.Database.PutAsync("photo", Request(content));
        await system.Database.PutAsync("text", Request("not a picture"u8.ToArray()));
        await system.Database.PutAsync("luke", """{"action":"person_request","personId":1}""");

        var photo = await system.UntilStateAsync("photo", "image_text_success");
        var failed = await system.UntilStateAsync("text", "image_text_failure");
        await system.UntilStateAsync("luke", "person_success");
        Assert.That((string?)photo["text"]!["content"], Is.EqualTo(Drawn.Words));
        Assert.That((string?)photo["text"]!["digest"], Is.EqualTo((string?)photo["_attachments"]!["a.png"]!["digest"]));
        Assert.That((string?)photo["note"], Is.EqualTo("mine"));
        Assert.That(photo["error"], Is.Null);
        Assert.That((string?)failed["error"]!["code"], Is.EqualTo("image_unsupported"));
        Assert.That((bool?)failed["error"]!["retryable"], Is.False);
        await system.UntilQueuedAsync("image-text-requested_error", 1);
    }

    [Test]
    public async Task A_picture_that_is_replaced_while_it_waits_gives_the_text_of_the_new_one()
    {
        _ = Engine.Create();
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions { Workers = 0 });
        var first = await system.Database.PutAsync("photo", Request(Drawn.Picture(PictureFormat.Png, text: "The old words")));
        await system.UntilQueuedAsync("image-text-requested", 1);
        await system.Database.PutAsync("photo", Request(Drawn.Picture(PictureFormat.Png, text: "The new words")), first);

        await system.StartWorkerAsync();

        var photo = await system.UntilStateAsync("photo", "image_text_success");
        Assert.That((string?)photo["text"]!["content"], Is.EqualTo("The new words"));
    }

    internal static string Request(byte[] content) => new JsonObject
    {
        ["action"] = "image_text_request",
        ["languages"] = new JsonArray("eng"),
        ["note"] = "mine",
        ["_attachments"] = new JsonObject
        {
            ["a.png"] = new JsonObject { ["content_type"] = "image/png", ["data"] = Convert.ToBase64String(content) },
        },
    }.ToJsonString();
}
