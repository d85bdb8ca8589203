using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>What a card says about attempts and chains. Most tests write progress and results themselves, as a worker would.</summary>
public sealed partial class ProgressTests : PageTests
{
    private Device phone = null!;

    [SetUp]
    public async Task PhoneIsOnline()
    {
        phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await phone.ExpectCachedPageAsync();
    }

    [Test]
    public async Task Attempts_and_the_next_try_are_said_offline_too_and_never_stale()
    {
        await phone.AskAsync(4);
        await phone.ExpectCardsAsync(1, "waiting");
        await Backend.AnswerAsync(await phone.GetOnlyIdAsync(), "person_request", document => document["progress"] = new JsonObject
        {
            ["attempts"] = 2,
            ["code"] = "swapi_unavailable",
            ["message"] = "SWAPI is down",
            ["nextAttemptAt"] = DateTimeOffset.UtcNow.AddMinutes(10).ToString("O"),
        });
        await Assertions.Expect(phone.Cards).ToContainTextAsync("2 attempts so far: SWAPI is down. Next try in 9 min", new() { Timeout = 20_000 });
        Assert.That(await Axe.FindViolationsAsync(phone.Page), Is.Empty);

        await phone.SetOfflineAsync();
        await phone.Page.Clock.InstallAsync();
        await phone.Page.ReloadAsync();
        await Assertions.Expect(phone.Cards).ToContainTextAsync("2 attempts so far: SWAPI is down. Next try in 9 min");
        await phone.Page.Clock.FastForwardAsync(TimeSpan.FromMinutes(10).Ticks / TimeSpan.TicksPerMillisecond);
        await Assertions.Expect(phone.Cards).ToContainTextAsync("Next try: any moment now.");
        await phone.Page.Clock.FastForwardAsync(TimeSpan.FromMinutes(2).Ticks / TimeSpan.TicksPerMillisecond);
        await Assertions.Expect(phone.Cards).ToContainTextAsync("The next try was due at");
        await phone.ExpectCardsAsync(1, "waiting");
    }

    [Test]
    public async Task A_worker_that_has_failed_says_when_it_tries_again()
    {
        Backend.Swapi.Faults.ErrorStatus = 503;
        Backend.Swapi.Faults.ErrorRate = 1;
        await Backend.StartServicesAsync();
        await phone.AskAsync(4);

        await Assertions.Expect(phone.Cards).ToContainTextAsync(AttemptAndNextTry(), new() { Timeout = 30_000 });
        await phone.ExpectCardsAsync(1, "waiting");
        TestContext.Out.WriteLine(await phone.Cards.Locator(".detail").InnerTextAsync());
    }

    [Test]
    public async Task Cancelling_and_asking_again_forget_the_attempts()
    {
        await phone.AskAsync(4);
        await phone.ExpectCardsAsync(1, "waiting");
        var id = await phone.GetOnlyIdAsync();
        await Backend.AnswerAsync(id, "person_request", document => document["progress"] = new JsonObject { ["attempts"] = 1, ["message"] = "SWAPI is down." });
        await Assertions.Expect(phone.Cards).ToContainTextAsync("1 attempt so far", new() { Timeout = 20_000 });

        await phone.Button("Cancel Person 4").ClickAsync();
        await phone.ExpectCardsAsync(1, "cancelled");
        await Assertions.Expect(phone.Cards).Not.ToContainTextAsync("so far");
        await phone.Button("Ask again: Person 4").ClickAsync();
        await phone.ExpectCardsAsync(1, "waiting");
        Assert.That((await Backend.DocumentAsync(id)).ContainsKey("progress"), Is.False);
    }

    [Test]
    public async Task A_photo_and_then_a_person_is_one_request_whose_card_says_the_step_and_keeps_both_results()
    {
        await phone.Page.GetByLabel("Number of the person").FillAsync("4");
        await phone.Page.GetByLabel("and then ask for a person").CheckAsync();
        await phone.ChooseAsync(CanvasPictures.File("page.png", await CanvasPictures.DrawAsync(phone.Page, 300, 200)));
        await phone.ExpectCardsAsync(1, "waiting");
        await Assertions.Expect(phone.Cards).ToContainTextAsync("Step 1 of 2: reading the text of the photo");
        var id = await phone.GetOnlyIdAsync();
        var sent = await Backend.DocumentAsync(id);
        Assert.That(((string?)sent["action"], sent["then"]!.ToJsonString(), (int?)sent["personId"]), Is.EqualTo(("image_text_request", "[\"person_request\"]", (int?)4)));

        await Backend.AnswerAsync(id, "person_request", document =>
        {
            document.Remove("then");
            document["text"] = new JsonObject { ["content"] = "A letter" };
        });
        await Assertions.Expect(phone.Cards).ToContainTextAsync("Step 2 of 2: asking for the person", new() { Timeout = 20_000 });
        await Assertions.Expect(phone.Cards.Locator(".text")).ToHaveTextAsync("A letter");

        await Backend.AnswerAsync(id, "person_failure", document => document["error"] = new JsonObject { ["message"] = "SWAPI is gone." });
        await phone.ExpectCardsAsync(1, "failed");
        await Assertions.Expect(phone.Cards).ToContainTextAsync("Step 2 of 2: asking for the person. SWAPI is gone.");
        await phone.Button("Retry: A letter").ClickAsync();
        await phone.ExpectCardsAsync(1, "waiting");
        var retried = await Backend.DocumentAsync(id);
        Assert.That(((string?)retried["action"], (string?)retried["text"]!["content"]), Is.EqualTo(("person_request", "A letter")), "A chain goes on from where it stopped.");

        await Backend.AnswerAsync(id, "person_success", document => document["person"] = new JsonObject { ["name"] = "Darth Vader", ["height"] = "202" });
        await phone.ExpectCardsAsync(1, "done");
        await Assertions.Expect(phone.Cards.Locator(".text")).ToHaveTextAsync("A letter");
        await Assertions.Expect(phone.Cards).ToContainTextAsync("202 cm");
        await phone.ExpectPhotoAsync(300, 200);

        await phone.Button("Ask again: A letter").ClickAsync();
        await Assertions.Expect(phone.Cards).ToContainTextAsync("Step 1 of 2", new() { Timeout = 20_000 });
        await phone.ExpectCardsAsync(1, "waiting");
        var again = await Backend.DocumentAsync(id);
        Assert.That(((string?)again["action"], again["then"]!.ToJsonString()), Is.EqualTo(("image_text_request", "[\"person_request\"]")), "A chain that was done begins again.");
        Assert.That((again["text"], again["person"]), Is.EqualTo(((JsonNode?)null, (JsonNode?)null)));
    }

    private protected override Task<PageBackend> CreateBackendAsync() => PageBackend.StartWithoutServicesAsync();

    [GeneratedRegex("1 attempt so far: .+ Next try in [0-9]+ s, at ")]
    private static partial Regex AttemptAndNextTry();
}
