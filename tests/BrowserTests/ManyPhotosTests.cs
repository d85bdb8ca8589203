using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>Many photos, large photos, and photos that two devices change.</summary>
[NonParallelizable]
public sealed class ManyPhotosTests : PageTests
{
    [Test]
    public async Task Photos_that_were_taken_offline_are_sent_some_at_a_time_and_do_not_keep_others_waiting()
    {
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        var noise = await CanvasPictures.DrawNoiseAsync(phone.Page, 1400);
        await phone.SetOfflineAsync();
        await phone.ChooseAsync([.. Enumerable.Range(0, 8).Select(number => CanvasPictures.File($"{number}.jpg", noise, "image/jpeg"))]);
        await phone.ExpectCardsAsync(8, "saved");
        var sizes = new List<int>();
        phone.Page.Request += (_, request) =>
        {
            if (request.Url.EndsWith("_bulk_docs", StringComparison.Ordinal))
            {
                sizes.Add(request.PostDataBuffer!.Length);
            }
        };

        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(8, "waiting");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        TestContext.Out.WriteLine($"Sent in requests of {string.Join(", ", sizes)} bytes");
        Assert.That(sizes, Has.Count.GreaterThan(1).And.All.LessThan(4_300_000));
        foreach (var id in await phone.Cards.EvaluateAllAsync<string[]>("cards => cards.map(card => card.dataset.id)"))
        {
            var document = await Backend.DocumentAsync(id);
            Assert.That((string?)document["priority"], Is.EqualTo("bulk"));
            Assert.That((int?)document["_attachments"]!["photo.jpg"]!["length"], Is.GreaterThan(300_000));
        }

        await Assertions.Expect(phone.Cards.First).ToContainTextAsync("Low priority");
    }

    [Test]
    public async Task A_photo_that_is_too_large_for_the_server_is_refused_and_the_others_are_sent()
    {
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await phone.ExpectCachedPageAsync();
        var noise = await CanvasPictures.DrawNoiseAsync(phone.Page, 700);
        var small = await CanvasPictures.DrawAsync(phone.Page, 30, 20);
        await phone.Context.RouteAsync("**/db/_bulk_docs", route => route.Request.PostDataBuffer!.Length > 100_000
            ? route.FulfillAsync(new() { Status = 413, Body = "<html>Too large", ContentType = "text/html" })
            : route.ContinueAsync());
        await phone.SetOfflineAsync();
        await phone.ChooseAsync(CanvasPictures.File("1.png", small), CanvasPictures.File("2.jpg", noise, "image/jpeg"), CanvasPictures.File("3.png", small));
        await phone.ExpectCardsAsync(3, "saved");

        await phone.SetOfflineAsync(false);
        await Assertions.Expect(phone.InState("waiting")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await Assertions.Expect(phone.InState("refused")).ToContainTextAsync("too large for the server", new() { Timeout = 20_000 });
    }

    [Test]
    public async Task A_photo_is_kept_when_a_result_without_it_meets_an_edit_on_the_device()
    {
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await phone.ChooseAsync(CanvasPictures.File("page.png", await CanvasPictures.DrawAsync(phone.Page, 300, 200)));
        await phone.ExpectCardsAsync(1, "waiting");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        var id = await phone.GetOnlyIdAsync();
        await phone.SetOfflineAsync();
        await phone.Page.GetByLabel("Note for Photo").FillAsync("my letter");
        await phone.Page.Keyboard.PressAsync("Enter");
        await phone.ExpectCardsAsync(1, "saved");
        await Backend.AnswerAsync(id, "image_text_success", document =>
        {
            document.Remove("_attachments");
            document["text"] = new JsonObject { ["content"] = "Dear reader" };
        });

        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(1, "done");
        await phone.ExpectPhotoAsync(300, 200);
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        Assert.That(await Dev.Eventually.IsAsync(async () => (string?)(await Backend.DocumentAsync(id))["note"] == "my letter"), Is.True);
        var merged = await Backend.DocumentAsync(id);
        Assert.That((string?)merged["text"]!["content"], Is.EqualTo("Dear reader"));
        Assert.That((int?)merged["_attachments"]!["photo.jpg"]!["length"], Is.GreaterThan(100));
        Assert.That(phone.Problems, Is.Empty);
    }

    [Test]
    public async Task Only_photos_in_view_are_loaded_and_scrolling_stays_smooth()
    {
        var artist = await Backend.OpenAsync();
        var photo = Convert.ToBase64String(await CanvasPictures.DrawNoiseAsync(artist.Page, 500));
        await artist.DisposeAsync();
        var documents = Enumerable.Range(0, 1000).Select(number => number % 20 == 19 ? WithPhoto(number, photo) : new JsonObject
        {
            ["_id"] = $"request-{number:0000}",
            ["action"] = "person_success",
            ["person"] = new JsonObject { ["name"] = $"Person {number}" },
        });
        await Backend.Admin.PostAsJsonAsync("_bulk_docs", new JsonObject { ["docs"] = new JsonArray([.. documents]) });
        var phone = await Backend.OpenAsync(new() { ViewportSize = new() { Width = 1000, Height = 800 } });
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(1000, new() { Timeout = 60_000 });
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        await Assertions.Expect(phone.Page.Locator(".card img")).ToHaveCountAsync(50);
        var loaded = phone.Page.Locator(".card img[src]");
        Assert.That(await Dev.Eventually.IsAsync(async () => await loaded.CountAsync() is > 0 and < 10), Is.True);

        // The median, because a loaded machine drops single frames.
        var frame = await phone.Page.EvaluateAsync<double>("""
            async () => {
                const times = [];
                let before = performance.now();
                for (let frame = 0; frame < 90; frame++) {
                    scrollBy(0, 400);
                    await new Promise(requestAnimationFrame);
                    times.push(performance.now() - before);
                    before = performance.now();
                }
                return times.sort((one, other) => one - other)[45];
            }
            """);
        TestContext.Out.WriteLine($"Median frame while scrolling through 1,000 cards, 50 of them with photos: {frame:0.0} ms");
        Assert.That(frame, Is.LessThan(100));

        await phone.Page.Locator("[data-id=request-0499]").ScrollIntoViewIfNeededAsync();
        await Assertions.Expect(phone.Page.Locator("[data-id=request-0499] img")).ToHaveJSPropertyAsync("naturalWidth", 500);
        Assert.That(await Dev.Eventually.IsAsync(async () => await loaded.CountAsync() is > 0 and < 10), Is.True, "Photos that left the view are released.");
        Assert.That(phone.Problems, Is.Empty);
    }

    private protected override Task<PageBackend> CreateBackendAsync() => PageBackend.StartWithoutServicesAsync();

    private static JsonObject WithPhoto(int number, string photo) => new()
    {
        ["_id"] = $"request-{number:0000}",
        ["action"] = "image_text_success",
        ["image"] = "photo.jpg",
        ["text"] = new JsonObject { ["content"] = $"Letter {number}\n{string.Join(' ', Enumerable.Repeat("words", 200))}" },
        ["_attachments"] = new JsonObject { ["photo.jpg"] = new JsonObject { ["content_type"] = "image/jpeg", ["data"] = photo } },
    };
}
