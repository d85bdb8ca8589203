using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

public sealed class RequestTests : PageTests
{
    [Test]
    public async Task One_click_requests_a_person_and_shows_it()
    {
        var phone = await Backend.OpenAsync();
        await phone.AskAsync(1);
        await phone.ExpectCardsAsync(1, "done");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");

        await Assertions.Expect(phone.Cards).ToContainTextAsync("Luke Skywalker");
        await Assertions.Expect(phone.Cards).ToContainTextAsync("172 cm");
        await Assertions.Expect(phone.Page.Locator("#announcer")).ToContainTextAsync("done");
        Assert.That(phone.Problems, Is.Empty);
    }

    [Test]
    public async Task A_waiting_card_shows_for_how_long_and_when_that_is_unusual()
    {
        Backend.Swapi.Faults.Hang = true;
        var phone = await Backend.OpenAsync();
        await phone.Page.Clock.InstallAsync();
        await phone.Page.ReloadAsync();
        await phone.AskAsync();
        await phone.ExpectCardsAsync(1, "waiting");

        await phone.Page.Clock.FastForwardAsync(12_000);
        await Assertions.Expect(phone.Cards).ToContainTextAsync("12 s ago");
        await Assertions.Expect(phone.Cards).Not.ToContainTextAsync("longer than usual");
        await phone.Page.Clock.FastForwardAsync(20_000);
        await Assertions.Expect(phone.Cards).ToContainTextAsync("longer than usual");
    }

    [Test]
    public async Task A_failed_card_shows_the_reason_and_Retry_works_offline()
    {
        Backend.Swapi.Faults.ErrorStatus = 404;
        Backend.Swapi.Faults.ErrorRate = 1;
        var phone = await Backend.OpenAsync();
        await phone.AskAsync(4);
        await phone.ExpectCardsAsync(1, "failed");
        await Assertions.Expect(phone.Cards).ToContainTextAsync("There is no person 4");

        await phone.SetOfflineAsync();
        await phone.Button("Retry: Person 4").ClickAsync();
        await phone.ExpectCardsAsync(1, "saved");
        await Device.ExpectTextAsync(phone.Unsynced, "1 not synced yet");

        Backend.Swapi.Faults = new();
        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(1, "done");
        Assert.That((await Backend.DocumentAsync(await phone.GetOnlyIdAsync())).ContainsKey("error"), Is.False);
    }

    [Test]
    public async Task A_request_begins_a_trace_that_its_failure_names_and_Retry_keeps()
    {
        var phone = await Backend.OpenAsync();
        await phone.AskAsync(17);
        await phone.ExpectCardsAsync(1, "failed");
        var id = await phone.GetOnlyIdAsync();
        var failed = await Backend.DocumentAsync(id);
        var trace = (string?)failed["traceparent"];
        await phone.SetOfflineAsync();
        await phone.Button("Retry: Person 17").ClickAsync();
        await phone.ExpectCardsAsync(1, "saved");
        Backend.Swapi.Faults.Hang = true;
        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(1, "waiting");
        var retried = await Backend.DocumentAsync(id);

        Assert.That(trace, Does.Match("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$"));
        Assert.That((string?)failed["error"]!["traceId"], Is.EqualTo(trace![3..35]));
        Assert.That(((string?)retried["action"], (string?)retried["traceparent"]), Is.EqualTo(("person_request", trace)));
    }

    [Test]
    public async Task A_request_can_be_cancelled_requested_again_annotated_and_deleted()
    {
        Backend.Swapi.Faults.Hang = true;
        var phone = await Backend.OpenAsync();
        await phone.AskAsync(4);
        await phone.ExpectCardsAsync(1, "waiting");
        await phone.Button("Cancel Person 4").ClickAsync();
        await phone.ExpectCardsAsync(1, "cancelled");
        Backend.Swapi.Faults = new();
        await phone.Button("Ask again: Person 4").ClickAsync();
        await phone.ExpectCardsAsync(1, "done");
        await phone.Page.GetByLabel("Note for Darth Vader").FillAsync("father");
        await phone.Page.Keyboard.PressAsync("Enter");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        var id = await phone.GetOnlyIdAsync();
        Assert.That(await Dev.Eventually.IsAsync(async () => (string?)(await Backend.DocumentAsync(id))["note"] == "father"), Is.True);

        await phone.Button("Delete Darth Vader").ClickAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
        Assert.That(await Dev.Eventually.IsAsync(async () => (await Backend.Admin.GetAsync(id)).StatusCode == System.Net.HttpStatusCode.NotFound), Is.True);
    }

    [Test]
    public async Task Text_that_the_user_is_typing_stays_when_the_result_arrives()
    {
        Backend.Swapi.Faults.Hang = true;
        var phone = await Backend.OpenAsync();
        await phone.AskAsync(4);
        await phone.ExpectCardsAsync(1, "waiting");
        await phone.Page.GetByLabel("Note for Person 4").PressSequentiallyAsync("fat");
        Backend.Swapi.Faults = new();
        await phone.ExpectCardsAsync(1, "done");

        var note = phone.Page.GetByLabel("Note for Darth Vader");
        await Assertions.Expect(note).ToHaveValueAsync("fat");
        await Assertions.Expect(note).ToBeFocusedAsync();
        await phone.Page.Keyboard.TypeAsync("her");
        await phone.Page.Keyboard.PressAsync("Enter");
        var id = await phone.GetOnlyIdAsync();
        Assert.That(await Dev.Eventually.IsAsync(async () => (string?)(await Backend.DocumentAsync(id))["note"] == "father"), Is.True);
    }

    [Test]
    public async Task Text_in_a_document_is_never_rendered_as_HTML()
    {
        const string Script = "<script>alert(1)</script><img src=x onerror=alert(2)>";
        var phone = await Backend.OpenAsync();
        await phone.Page.GetByText("Raw changes").ClickAsync();
        foreach (var action in new[] { "person_success", "person_failure", "person_cancelled", "image_text_success", "image_text_cancelled" })
        {
            var facts = new JsonObject { ["name"] = Script, ["gender"] = Script, ["message"] = Script, ["failedAt"] = Script };
            var hostile = new JsonObject { ["action"] = action, ["person"] = facts.DeepClone(), ["error"] = facts, [Script] = Script };
            hostile["text"] = new JsonObject { ["content"] = Script, ["languages"] = new JsonArray(Script), ["engine"] = new JsonObject { ["name"] = Script } };
            hostile["steps"] = new JsonArray($"{Script}_request", "person_request");
            foreach (var field in new[] { "note", "requestedAt", "personId", "asked", "image", "progress", "then", "priority" })
            {
                hostile[field] = Script;
            }

            await Backend.Admin.PutAsJsonAsync($"hostile-{action}", hostile);
        }

        await Assertions.Expect(phone.Cards).ToHaveCountAsync(5);
        await Assertions.Expect(phone.Page.GetByText("<script>").First).ToBeVisibleAsync();
        await Assertions.Expect(phone.Page.Locator("#changes")).ToContainTextAsync("onerror");
        Assert.That(await phone.Page.Locator("script:not([type=module]), main img:not([alt='The photo'])").CountAsync(), Is.Zero);
        Assert.That(phone.Problems, Is.Empty);
    }
}
