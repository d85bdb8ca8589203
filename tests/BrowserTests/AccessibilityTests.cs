using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

public sealed class AccessibilityTests : PageTests
{
    [TestCase(ColorScheme.Light, 1280)]
    [TestCase(ColorScheme.Dark, 1280)]
    [TestCase(ColorScheme.Light, 320)]
    public async Task Axe_finds_no_violation_in_any_state(ColorScheme scheme, int width)
    {
        var phone = await Backend.OpenAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 800 }, ReducedMotion = ReducedMotion.Reduce });
        await phone.ExpectCachedPageAsync();
        var photo = Convert.ToBase64String(await CanvasPictures.DrawAsync(phone.Page, 60, 40));
        await Backend.Admin.PutAsJsonAsync("photo", new JsonObject
        {
            ["action"] = "image_text_success",
            ["steps"] = new JsonArray("person_request", "image_text_request"),
            ["text"] = new JsonObject { ["content"] = string.Join('\n', Enumerable.Repeat("A line of the letter", 40)) },
            ["person"] = new JsonObject { ["name"] = "Leia" },
            ["_attachments"] = new JsonObject { ["a.png"] = new JsonObject { ["content_type"] = "image/png", ["data"] = photo } },
        });
        await phone.ExpectPhotoAsync(60, 40);
        await phone.AskAsync(1);
        await phone.ExpectCardsAsync(2, "done");
        await phone.ChooseAsync(CanvasPictures.File("notes.txt", "no picture"u8.ToArray()));
        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToContainTextAsync("notes.txt");
        await phone.AskAsync(5000);
        await Assertions.Expect(phone.InState("failed")).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        Backend.Swapi.Faults.Hang = true;
        await phone.AskAsync();
        await Assertions.Expect(phone.InState("waiting")).ToHaveCountAsync(1);
        await phone.SetOfflineAsync();
        await phone.AskAsync();
        await phone.AskAsync(7);
        await phone.Button("Cancel Person 7").ClickAsync();
        await Assertions.Expect(phone.InState("saved")).ToHaveCountAsync(1);
        await Assertions.Expect(phone.InState("cancelled")).ToHaveCountAsync(1);
        await phone.Page.GetByText("Raw changes").ClickAsync();
        await phone.Page.EvaluateAsync("document.getElementById('login').hidden = false");

        Assert.That(await Axe.FindViolationsAsync(phone.Page), Is.Empty);
        Assert.That(await Axe.GetOverflowAsync(phone.Page), Is.Zero, "The page is not wider than the screen.");
    }

    [Test]
    public async Task Everything_works_with_the_keyboard_and_the_focus_is_kept()
    {
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await phone.Page.GetByLabel("Number of the person").FocusAsync();
        await phone.Page.Keyboard.TypeAsync("1");
        await phone.Page.Keyboard.PressAsync("Enter");
        await phone.ExpectCardsAsync(1, "done");

        await phone.Page.Keyboard.PressAsync("Tab");
        await phone.Page.Keyboard.PressAsync("Tab");
        Assert.That(await FocusedAsync(phone.Page), Is.EqualTo("Read the text of photos"));
        await phone.Page.Keyboard.PressAsync("Tab");
        await phone.Page.Keyboard.PressAsync("Tab");
        Assert.That(await FocusedAsync(phone.Page), Is.EqualTo("Note for Luke Skywalker"));
        await phone.Page.Keyboard.PressAsync("Tab");
        Assert.That(await FocusedAsync(phone.Page), Is.EqualTo("Ask again: Luke Skywalker"));
        Backend.Swapi.Faults.Hang = true;
        await phone.Page.Keyboard.PressAsync("Enter");
        await phone.ExpectCardsAsync(1, "waiting");
        Assert.That(await FocusedAsync(phone.Page), Is.EqualTo("Person 1"), "The button is hidden, so its card has the focus.");

        await phone.Page.Keyboard.PressAsync("Tab");
        await phone.Page.Keyboard.PressAsync("Tab");
        await phone.Page.Keyboard.PressAsync("Tab");
        Assert.That(await FocusedAsync(phone.Page), Is.EqualTo("Delete Person 1"));
        await phone.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
        Assert.That(await FocusedAsync(phone.Page), Is.EqualTo("Requests"));
    }

    private static Task<string> FocusedAsync(IPage page) =>
        page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
}
