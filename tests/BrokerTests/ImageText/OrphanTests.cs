using OfflineActions.Tests.Dev;
using OfflineActions.Tests.Pictures;
using OfflineActions.Tests.Pipeline;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.ImageText;

/// <summary>A worker that is killed while Tesseract reads a picture.</summary>
[Category("Broker")]
[Platform("Linux")]
public sealed class OrphanTests
{
    [Test]
    public async Task Tesseract_ends_although_its_worker_was_killed_and_another_worker_reads_the_picture()
    {
        _ = Engine.Create();
        using var fake = new FakeTesseract("echo $$ > $FOLDER/self; sleep 1000", "self");
        await using var system = await PipelineSystem.StartAsync(new PipelineOptions
        {
            WorkerEnvironment = new Dictionary<string, string?>
            {
                ["ImageText__Tesseract"] = fake.Program,
                ["ImageText__Timeout"] = "00:00:05",
            },
        });
        await system.Database.PutAsync("photo", ImageTextTests.Request(Drawn.Picture(PictureFormat.Png)));
        var engine = await fake.ReadAsync("self");

        await system.Workers[0].KillAsync();
        await system.StartWorkerAsync(new Dictionary<string, string?> { ["ImageText__Tesseract"] = "tesseract" });

        var photo = await system.UntilStateAsync("photo", "image_text_success");
        Assert.That((string?)photo["text"]!["content"], Is.EqualTo(Drawn.Words));
        Assert.That(await Eventually.IsAsync(() => Task.FromResult(!FakeTesseract.IsRunning(engine))), Is.True);
    }
}
