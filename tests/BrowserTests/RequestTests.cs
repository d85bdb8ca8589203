using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

public sealed class RequestTests : PageTests
{
    [Test]
    public async Task One_click_gets_a_person()
    {
        var phone = await World.OpenAsync();
        await phone.AskAsync(1);
        await phone.ShowsAsync(1, "done");
        await Device.SaysOfAsync(phone.Unsynced, "Everything is synced");

        await Assertions.Expect(phone.Cards).ToContainTextAsync("Luke Skywalker");
        await Assertions.Expect(phone.Cards).ToContainTextAsync("172 cm");
        await Assertions.Expect(phone.Page.Locator("#announcer")).ToContainTextAsync("done");
        Assert.That(phone.Problems, Is.Empty);
    }

    [Test]
    public async Task While_it_waits_it_says_how_long_and_when_that_is_unusual()
    {
        World.Swapi.Faults.Hang = true;
        var phone = await World.OpenAsync();
        await phone.Page.Clock.InstallAsync();
        await phone.Page.ReloadAsync();
        await phone.AskAsync();
        await phone.ShowsAsync(1, "waiting");

        await phone.Page.Clock.FastForwardAsync(12_000);
        await Assertions.Expect(phone.Cards).ToContainTextAsync("12 s ago");
        await Assertions.Expect(phone.Cards).Not.ToContainTextAsync("longer than usual");
        await phone.Page.Clock.FastForwardAsync(20_000);
        await Assertions.Expect(phone.Cards).ToContainTextAsync("longer than usual");
    }

    [Test]
    public async Task A_failure_says_why_and_Retry_works_also_without_a_network()
    {
        World.Swapi.Faults.ErrorStatus = 404;
        World.Swapi.Faults.ErrorRate = 1;
        var phone = await World.OpenAsync();
        await phone.AskAsync(4);
        await phone.ShowsAsync(1, "failed");
        await Assertions.Expect(phone.Cards).ToContainTextAsync("There is no person 4");

        await phone.OfflineAsync();
        await phone.Button("Retry: Person 4").ClickAsync();
        await phone.ShowsAsync(1, "saved");
        await Device.SaysOfAsync(phone.Unsynced, "1 not synced yet");

        World.Swapi.Faults = new();
        await phone.OfflineAsync(false);
        await phone.ShowsAsync(1, "done");
        Assert.That((await World.DocumentAsync(await phone.OnlyIdAsync())).ContainsKey("error"), Is.False);
    }

    [Test]
    public async Task A_request_can_be_cancelled_asked_again_noted_and_deleted()
    {
        World.Swapi.Faults.Hang = true;
        var phone = await World.OpenAsync();
        await phone.AskAsync(4);
        await phone.ShowsAsync(1, "waiting");
        await phone.Button("Cancel Person 4").ClickAsync();
        await phone.ShowsAsync(1, "cancelled");
        World.Swapi.Faults = new();
        await phone.Button("Ask again: Person 4").ClickAsync();
        await phone.ShowsAsync(1, "done");
        await phone.Page.GetByLabel("Note for Darth Vader").FillAsync("father");
        await phone.Page.Keyboard.PressAsync("Enter");
        await Device.SaysOfAsync(phone.Unsynced, "Everything is synced");
        var id = await phone.OnlyIdAsync();
        Assert.That(await Dev.Eventually.IsAsync(async () => (string?)(await World.DocumentAsync(id))["note"] == "father"), Is.True);

        await phone.Button("Delete Darth Vader").ClickAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
        Assert.That(await Dev.Eventually.IsAsync(async () => (await World.Admin.GetAsync(id)).StatusCode == System.Net.HttpStatusCode.NotFound), Is.True);
    }

    [Test]
    public async Task What_is_being_written_stays_when_an_answer_comes()
    {
        World.Swapi.Faults.Hang = true;
        var phone = await World.OpenAsync();
        await phone.AskAsync(4);
        await phone.ShowsAsync(1, "waiting");
        await phone.Page.GetByLabel("Note for Person 4").PressSequentiallyAsync("fat");
        World.Swapi.Faults = new();
        await phone.ShowsAsync(1, "done");

        var note = phone.Page.GetByLabel("Note for Darth Vader");
        await Assertions.Expect(note).ToHaveValueAsync("fat");
        await Assertions.Expect(note).ToBeFocusedAsync();
        await phone.Page.Keyboard.TypeAsync("her");
        await phone.Page.Keyboard.PressAsync("Enter");
        var id = await phone.OnlyIdAsync();
        Assert.That(await Dev.Eventually.IsAsync(async () => (string?)(await World.DocumentAsync(id))["note"] == "father"), Is.True);
    }

    [Test]
    public async Task Text_of_a_document_is_text_wherever_it_stands()
    {
        const string Script = "<script>alert(1)</script><img src=x onerror=alert(2)>";
        var phone = await World.OpenAsync();
        await phone.Page.GetByText("Raw changes").ClickAsync();
        foreach (var action in new[] { "person_success", "person_failure", "person_cancelled" })
        {
            var facts = new JsonObject { ["name"] = Script, ["gender"] = Script, ["message"] = Script, ["failedAt"] = Script };
            var hostile = new JsonObject { ["action"] = action, ["person"] = facts.DeepClone(), ["error"] = facts, [Script] = Script };
            foreach (var field in new[] { "note", "requestedAt", "personId", "asked" })
            {
                hostile[field] = Script;
            }

            await World.Admin.PutAsJsonAsync($"hostile-{action}", hostile);
        }

        await Assertions.Expect(phone.Cards).ToHaveCountAsync(3);
        await Assertions.Expect(phone.Page.GetByText("<script>").First).ToBeVisibleAsync();
        await Assertions.Expect(phone.Page.Locator("#changes")).ToContainTextAsync("onerror");
        Assert.That(await phone.Page.Locator("script:not([type=module]), main img").CountAsync(), Is.Zero);
        Assert.That(phone.Problems, Is.Empty);
    }
}
