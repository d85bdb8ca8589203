using System.Globalization;
using System.Text.Json.Nodes;

namespace OfflineActions.Tests.Pipeline;

/// <summary>The document of an app after one request.</summary>
[Category("Broker")]
public sealed class RoundTripTests
{
    private PipelineSystem system = null!;

    [OneTimeSetUp]
    public async Task Start() => system = await PipelineSystem.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await system.DisposeAsync();

    [Test]
    public async Task A_request_with_personId_gets_that_person()
    {
        await system.Database.PutAsync("darth", """{"action":"person_request","personId":4}""");

        var document = await system.UntilStateAsync("darth", "person_success");

        Assert.That((string?)document["person"]!["name"], Is.EqualTo("Darth Vader"));
        Assert.That((int?)document["personId"], Is.EqualTo(4));
        Assert.That(document.ContainsKey("error"), Is.False);
    }

    [Test]
    public async Task A_person_that_does_not_exist_is_a_failure_in_the_document_and_in_the_error_queue()
    {
        // Other tests of this system leave their failures there.
        await Messages.TakeAsync(system, "person-requested_error");
        var before = DateTimeOffset.UtcNow;
        var asked = await system.Database.PutAsync("nobody", """{"action":"person_request","personId":17,"mine":1}""");

        var document = await system.UntilStateAsync("nobody", "person_failure");

        var error = document["error"]!.AsObject();
        Assert.That(
            error.Select(property => property.Key),
            Is.EquivalentTo(new[] { "code", "message", "retryable", "attempts", "failedAt" }));
        Assert.That((string?)error["code"], Is.EqualTo("person_not_found"));
        Assert.That((string?)error["message"], Does.Contain("17"));
        Assert.That(((bool?)error["retryable"], (int?)error["attempts"]), Is.EqualTo(((bool?)false, (int?)1)));
        Assert.That(
            DateTimeOffset.Parse((string)error["failedAt"]!, CultureInfo.InvariantCulture),
            Is.InRange(before.AddSeconds(-1), DateTimeOffset.UtcNow));
        Assert.That((int?)document["mine"], Is.EqualTo(1));
        await system.UntilQueuedAsync("person-requested_error", 1);
        Assert.That(await Messages.TakeAsync(system, "person-requested_error"), Has.Exactly(1).Matches<Message>(message =>
            (string?)message.Json["documentId"] == "nobody" && (string?)message.Json["revision"] == asked));
    }

    [Test]
    public async Task Everything_that_the_app_wrote_survives_unchanged()
    {
        await system.Database.PutAsync("lossless", """
            {"action":"person_request","price":2.50,"big":12345678901234567890,"tiny":1e-7,"none":null,"Ω é 日本 😀":"Ω é 日本 😀",
             "nested":{"list":[1,{"deep":[[],{}]},"\" \\ \n"]},"error":{"code":"old"},"_exp":4102444800,
             "_attachments":{"note.txt":{"content_type":"text/plain","data":"aGVsbG8="}}}
            """);

        var document = await system.UntilStateAsync("lossless", "person_success");
        var text = await system.Database.TextAsync("lossless");

        Assert.That(text, Does.Contain("\"price\":2.50").And.Contain("\"big\":12345678901234567890").And.Contain("\"tiny\":1e-7"));
        Assert.That((string?)document["Ω é 日本 😀"], Is.EqualTo("Ω é 日本 😀"));
        Assert.That(document["none"], Is.Null);
        Assert.That(document.ContainsKey("none"), Is.True);
        Assert.That(
            JsonNode.DeepEquals(document["nested"], JsonNode.Parse("""{"list":[1,{"deep":[[],{}]},"\" \\ \n"]}""")),
            Is.True,
            text);
        Assert.That(document.ContainsKey("error"), Is.False);
        Assert.That(
            DateTimeOffset.Parse((string)document["_exp"]!, CultureInfo.InvariantCulture).ToUnixTimeSeconds(),
            Is.EqualTo(4102444800));
        var attachment = document["_attachments"]!["note.txt"]!;
        Assert.That(
            ((int?)attachment["length"], (int?)attachment["revpos"], (bool?)attachment["stub"]),
            Is.EqualTo(((int?)5, (int?)1, (bool?)true)));
    }

    [Test]
    public async Task A_new_request_after_a_failure_succeeds()
    {
        await system.Database.PutAsync("again", """{"action":"person_request","personId":"four"}""");
        var failed = await system.UntilStateAsync("again", "person_failure");

        await system.Database.PutAsync(
            "again",
            """{"action":"person_request","personId":1,"error":{"code":"still here"}}""",
            (string)failed["_rev"]!);
        var document = await system.UntilStateAsync("again", "person_success");

        Assert.That((string?)failed["error"]!["code"], Is.EqualTo("invalid_person_id"));
        Assert.That((string?)document["person"]!["name"], Is.EqualTo("Luke Skywalker"));
        Assert.That(document.ContainsKey("error"), Is.False);
        Assert.That((int?)document["_revisions"]!["start"], Is.EqualTo(4));
    }
}
