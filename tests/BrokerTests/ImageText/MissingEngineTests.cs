using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.ImageText;

/// <summary>Workers on machines without Tesseract.</summary>
[Category("Broker")]
public sealed class MissingEngineTests
{
    [Test]
    public async Task A_worker_without_Tesseract_leaves_pictures_to_others_and_does_everything_else()
    {
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            WorkerEnvironment = new Dictionary<string, string?> { ["ImageText__Tesseract"] = "/no/such/tesseract" },
        });

        await system.Database.PutAsync("photo", """{"action":"image_text_request"}""");
        await system.Database.PutAsync("luke", """{"action":"person_request","personId":1}""");

        await system.UntilStateAsync("luke", "person_success");
        await system.UntilQueuedAsync("image-text-requested", 1);
        Assert.That(system.Workers[0].Output.ToString(), Does.Contain("/no/such/tesseract"));

        // Another worker, which has it, takes the message.
        _ = Pictures.Engine.Create();
        await system.StartWorkerAsync(new Dictionary<string, string?> { ["ImageText__Tesseract"] = "tesseract" });
        Assert.That((string?)(await system.UntilStateAsync("photo", "image_text_failure"))["error"]!["code"], Is.EqualTo("image_missing"));
    }
}
