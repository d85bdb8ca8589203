using System.Text.Json.Nodes;
using OfflineActions.Contracts;
using OfflineActions.Tests.Pictures;
using OfflineActions.Worker.Actions.ImageText;

namespace OfflineActions.Tests.Chaos;

/// <summary>Pictures among persons: some alone, some followed by a person.</summary>
[Category("Chaos")]
public sealed class PictureTests
{
    /// <summary>A picture costs as much as hundreds of persons.</summary>
    private const int PersonsForEachPicture = 20;

    private static readonly ActionStates Picture = ActionCatalog.Default.GetByMessage<ImageTextRequested>().States;
    private static readonly ActionStates Person = ActionCatalog.Default.GetByMessage<PersonRequested>().States;

    [Test]
    [Case("ai")]
    public Task Workers_are_killed_while_they_read_pictures_among_persons()
    {
        // Skips the test on a machine without Tesseract.
        _ = Engine.Create();
        var pictures = Enumerable.Range(0, 5).Select(number => Drawn.Picture(PictureFormat.Jpeg, text: Words(number))).ToArray();
        return ChaosCase.RunRoundsAsync(new ChaosOptions(), async chaos =>
        {
            var documents = new Dictionary<string, string>();
            for (var number = 0; number < ChaosSettings.Documents; number++)
            {
                var isPicture = number % PersonsForEachPicture == 0;
                var kind = number / PersonsForEachPicture;
                var id = $"{(isPicture ? "picture" : "person")}-{number:D5}";
                documents[id] = isPicture ? Request(pictures[kind % pictures.Length], isChain: kind % 2 == 0) : $$"""{"action":"{{Person.Request}}"}""";
                if (isPicture)
                {
                    chaos.ExpectedOutcomes[id] = kind % 2 == 0
                        ? new ExpectedOutcome(Person.Success, (3, 3))
                        : new ExpectedOutcome(Picture.Success, (2, 2));
                }
            }

            await chaos.WriteRequestsAsync(documents);
            for (var kill = 1; kill <= 5; kill++)
            {
                await chaos.UntilFinishedAsync(kill * documents.Count / 8);
                await chaos.System.Workers[kill % 2].KillAsync();
                await chaos.System.StartWorkerAsync(kill % 2);
            }

            await chaos.UntilIdleAsync();
            foreach (var (id, document) in await chaos.System.Database.GetAsync(documents.Keys.Where(id => id.StartsWith("picture", StringComparison.Ordinal))))
            {
                var kind = int.Parse(id[^5..], System.Globalization.CultureInfo.InvariantCulture) / PersonsForEachPicture;
                Assert.That((string?)document["text"]?["content"], Is.EqualTo(Words(kind % pictures.Length)), id);
                Assert.That(document.ContainsKey("person"), Is.EqualTo(kind % 2 == 0), id);
            }
        });
    }

    private static string Words(int number) => $"These are the words of picture {number + 1}";

    private static string Request(byte[] content, bool isChain)
    {
        var document = new JsonObject
        {
            ["action"] = Picture.Request,
            ["languages"] = new JsonArray("eng"),
            ["_attachments"] = new JsonObject
            {
                ["a.jpg"] = new JsonObject { ["content_type"] = "image/jpeg", ["data"] = Convert.ToBase64String(content) },
            },
        };
        if (isChain)
        {
            document["then"] = new JsonArray(Person.Request);
        }

        return document.ToJsonString();
    }
}
