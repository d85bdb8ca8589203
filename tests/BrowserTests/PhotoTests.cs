using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>Photos and their text. The tests write the results themselves, as a worker would.</summary>
public sealed class PhotoTests : PageTests
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
    public async Task A_photo_is_seen_at_once_offline_survives_a_reload_and_reaches_other_devices_with_its_text()
    {
        await phone.SetOfflineAsync();
        await phone.ChooseAsync(await DrawAsync("page.png", 300, 200));
        await phone.ExpectCardsAsync(1, "saved");
        await phone.ExpectPhotoAsync(300, 200);
        await phone.Page.ReloadAsync();
        await phone.ExpectCardsAsync(1, "saved");
        await phone.ExpectPhotoAsync(300, 200);

        await phone.SetOfflineAsync(false);
        await phone.ExpectCardsAsync(1, "waiting");
        var id = await phone.GetOnlyIdAsync();
        var sent = await Backend.DocumentAsync(id);
        Assert.That(((string?)sent["action"], (string?)sent["image"]), Is.EqualTo(("image_text_request", "photo.jpg")));
        Assert.That((string?)sent["_attachments"]!["photo.jpg"]!["content_type"], Is.EqualTo("image/jpeg"));
        var stored = await Backend.Admin.GetByteArrayAsync($"{id}/photo.jpg");
        Assert.That(stored[..3], Is.EqualTo(new byte[] { 0xFF, 0xD8, 0xFF }));

        var tablet = await Backend.OpenAsync();
        await tablet.ExpectPhotoAsync(300, 200);
        await Backend.AnswerAsync(id, "image_text_success", TextOf("First line\nSecond line"));
        foreach (var device in new[] { phone, tablet })
        {
            await device.ExpectCardsAsync(1, "done");
            await Assertions.Expect(device.Cards.Locator("h3")).ToHaveTextAsync("First line");
            await Assertions.Expect(device.Cards.Locator(".text")).ToHaveTextAsync("First line\nSecond line");
            await device.ExpectPhotoAsync(300, 200);
            Assert.That(device.Problems, Is.Empty);
        }
    }

    [Test]
    public async Task A_photo_is_neither_downloaded_by_the_device_that_took_it_nor_twice_by_another()
    {
        var tablet = await Backend.OpenAsync();
        var downloads = new List<Device>();
        foreach (var device in new[] { phone, tablet })
        {
            device.Page.Request += (_, request) =>
            {
                if (request.Url.Contains("attachments=true", StringComparison.Ordinal))
                {
                    downloads.Add(device);
                }
            };
        }

        await phone.ChooseAsync(await DrawAsync("page.png", 300, 200));
        await tablet.ExpectPhotoAsync(300, 200);
        await Backend.AnswerAsync(await phone.GetOnlyIdAsync(), "image_text_success", TextOf("Hello"));
        await phone.ExpectCardsAsync(1, "done");
        await tablet.ExpectCardsAsync(1, "done");
        await phone.ExpectPhotoAsync(300, 200);

        Assert.That(downloads, Is.EqualTo(new[] { tablet }));
    }

    [Test]
    public async Task The_text_is_copied_and_the_copy_is_announced()
    {
        await phone.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await ReadAsync("First line\nSecond line");

        await phone.Button("Copy the text of First line").ClickAsync();
        await Assertions.Expect(phone.Page.Locator("#announcer")).ToContainTextAsync("The text was copied");
        await Assertions.Expect(phone.Cards.GetByText("Copied")).ToBeVisibleAsync();
        Assert.That(await ClipboardAsync(), Is.EqualTo("First line\nSecond line"));
    }

    [Test]
    public async Task The_text_is_copied_by_browsers_without_a_clipboard_interface_too_and_selected_where_nothing_may_copy()
    {
        await phone.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await ReadAsync("Third line");
        await phone.Page.EvaluateAsync("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')); }");
        await phone.Button("Copy the text of Third line").ClickAsync();
        await Assertions.Expect(phone.Page.Locator("#announcer")).ToContainTextAsync("The text was copied");
        Assert.That(await ClipboardAsync(), Is.EqualTo("Third line"));

        await phone.Page.EvaluateAsync("() => { document.execCommand = () => false; }");
        await phone.Button("Copy the text of Third line").ClickAsync();
        await Assertions.Expect(phone.Page.Locator("#announcer")).ToContainTextAsync("The text is selected");
        Assert.That(await phone.Page.EvaluateAsync<string>("getSelection().toString()"), Is.EqualTo("Third line"));
    }

    [Test]
    public async Task A_failure_shows_the_reason_and_Retry_keeps_the_photo()
    {
        await phone.ChooseAsync(await DrawAsync("page.png", 300, 200));
        await phone.ExpectCardsAsync(1, "waiting");
        var id = await phone.GetOnlyIdAsync();
        await Backend.AnswerAsync(id, "image_text_failure", document => document["error"] = new JsonObject { ["code"] = "x", ["message"] = "The engine crashed." });
        await phone.ExpectCardsAsync(1, "failed");
        await Assertions.Expect(phone.Cards).ToContainTextAsync("The engine crashed.");

        await phone.Button("Retry: Photo").ClickAsync();
        await phone.ExpectCardsAsync(1, "waiting");
        var retried = await Backend.DocumentAsync(id);
        Assert.That(((string?)retried["action"], (int?)retried["asked"], retried["error"]), Is.EqualTo(("image_text_request", (int?)2, (JsonNode?)null)));
        Assert.That(retried["_attachments"]!["photo.jpg"], Is.Not.Null);
        await phone.ExpectPhotoAsync(300, 200);
    }

    [TestCase(5000, 2500, 2000, 1000)]
    [TestCase(1000, 3000, 667, 2000)]
    [TestCase(40, 30, 40, 30)]
    public async Task A_large_photo_is_scaled_down_on_the_device_and_a_small_one_is_not_scaled_up(int width, int height, int scaledWidth, int scaledHeight)
    {
        await phone.SetOfflineAsync();
        await phone.ChooseAsync(await DrawAsync("page.png", width, height));
        await phone.ExpectPhotoAsync(scaledWidth, scaledHeight);
    }

    [Test]
    public async Task A_photo_that_was_taken_upright_is_stored_upright_and_without_the_data_of_the_camera()
    {
        var jpeg = CanvasPictures.Turn(await CanvasPictures.DrawAsync(phone.Page, 200, 100, "image/jpeg"));
        await phone.ChooseAsync(CanvasPictures.File("turned.jpg", jpeg, "image/jpeg"));
        await phone.ExpectPhotoAsync(100, 200);
        await phone.ExpectCardsAsync(1, "waiting");

        var stored = await Backend.Admin.GetByteArrayAsync($"{await phone.GetOnlyIdAsync()}/photo.jpg");
        Assert.That(stored.AsSpan().IndexOf("Exif"u8), Is.EqualTo(-1));
        Assert.That(jpeg.AsSpan().IndexOf("Exif"u8), Is.GreaterThan(0));
    }

    [Test]
    public async Task A_file_that_is_no_picture_is_said_and_the_others_are_kept()
    {
        var good = await DrawAsync("good.png", 30, 20);
        await phone.ChooseAsync(
            CanvasPictures.File("notes.txt", "some notes"u8.ToArray()), good, CanvasPictures.File("cut.png", good.Buffer[..60]), CanvasPictures.File("empty.png", []));

        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToContainTextAsync("notes.txt is not a picture that this browser can open.");
        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToContainTextAsync("cut.png is not a picture");
        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToContainTextAsync("empty.png is not a picture");
        await phone.ExpectCardsAsync(1, "waiting");
        await Assertions.Expect(phone.Page.Locator("#problem")).ToBeHiddenAsync();

        await phone.ChooseAsync(good);
        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToBeEmptyAsync();
    }

    [Test]
    public async Task A_picture_of_48_megapixels_does_not_freeze_the_page()
    {
        var picture = await CanvasPictures.DrawAsync(phone.Page, 8000, 6000, "image/jpeg");
        await phone.Page.EvaluateAsync("""
            () => {
                window.longest = 0;
                let before = performance.now();
                setInterval(() => { longest = Math.max(longest, performance.now() - before); before = performance.now(); }, 10);
            }
            """);
        await phone.ChooseAsync(CanvasPictures.File("huge.jpg", picture, "image/jpeg"));
        await phone.ExpectPhotoAsync(2000, 1500);

        var longest = await phone.Page.EvaluateAsync<double>("longest");
        TestContext.Out.WriteLine($"Longest time without an answer of the page: {longest:0} ms");
        Assert.That(longest, Is.LessThan(500));
    }

    [Test]
    public async Task A_picture_that_is_too_large_to_be_opened_is_said()
    {
        var small = await CanvasPictures.DrawAsync(phone.Page, 30, 20);
        await phone.ChooseAsync(CanvasPictures.File("bomb.png", CanvasPictures.Claim(small, 50_000)));
        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToContainTextAsync("bomb.png is not a picture that this browser can open", new() { Timeout = 20_000 });

        await phone.ChooseAsync(CanvasPictures.File("good.png", small));
        await phone.ExpectCardsAsync(1, "waiting");
    }

    /// <summary>For example of a page that was open while a new version was installed.</summary>
    [Test]
    public async Task A_scaling_worker_that_fails_is_said_and_the_next_photo_gets_a_new_one()
    {
        var good = await DrawAsync("good.png", 30, 20);
        await phone.Page.EvaluateAsync("""
            () => {
                const original = Worker.prototype.postMessage;
                Worker.prototype.postMessage = function () {
                    Worker.prototype.postMessage = original;
                    this.terminate();
                    this.dispatchEvent(new Event('error'));
                };
            }
            """);
        await phone.ChooseAsync(good, await DrawAsync("other.png", 40, 20));

        await Assertions.Expect(phone.Page.Locator("#problem")).ToContainTextAsync("The photo could not be scaled. Reload the page");
        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToContainTextAsync("Not saved: good.png, other.png.");
        await phone.ChooseAsync(good);
        await phone.ExpectCardsAsync(1, "waiting");
        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToBeEmptyAsync();
    }

    [Test]
    public async Task When_storage_is_full_the_photos_that_were_not_saved_are_named_and_the_others_are_kept()
    {
        await phone.SetOfflineAsync();
        await phone.Page.EvaluateAsync("""
            () => {
                let count = 0;
                const original = IDBObjectStore.prototype.put;
                IDBObjectStore.prototype.put = function (...values) {
                    if (this.name === 'attach-store' && ++count > 2) {
                        throw new DOMException('The disk is full.', 'QuotaExceededError');
                    }

                    return original.apply(this, values);
                };
            }
            """);
        var files = new List<FilePayload> { CanvasPictures.File("notes.txt", "some notes"u8.ToArray()) };
        foreach (var number in Enumerable.Range(1, 7))
        {
            files.Add(await DrawAsync($"{number}.png", 20 + number, 20));
        }

        await phone.ChooseAsync([.. files]);

        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToContainTextAsync("Not saved: 3.png, 4.png, 5.png and 2 more.");
        await Assertions.Expect(phone.Page.Locator("#photo-problem")).ToContainTextAsync("notes.txt is not a picture");
        await Assertions.Expect(phone.Page.Locator("#problem")).ToContainTextAsync("may not be saved");
        await Assertions.Expect(phone.Page.Locator("#announcer")).ToContainTextAsync("2 of 8 photos saved");
        await phone.ExpectCardsAsync(2, "saved");
        await phone.Page.ReloadAsync();
        await phone.ExpectCardsAsync(2, "saved");
    }

    [Test]
    public async Task A_photo_can_be_pasted_and_dropped()
    {
        var base64 = Convert.ToBase64String((await DrawAsync("x", 30, 20)).Buffer);
        foreach (var (type, member) in new[] { ("paste", "clipboardData"), ("drop", "dataTransfer") })
        {
            await phone.Page.EvaluateAsync(
                """
                ([base64, type, member]) => {
                    const data = new DataTransfer();
                    data.items.add(new File([Uint8Array.from(atob(base64), char => char.charCodeAt(0))], 'x.png', { type: 'image/png' }));
                    const event = type === 'paste' ? new ClipboardEvent(type, { [member]: data, bubbles: true }) : new DragEvent(type, { [member]: data, bubbles: true, cancelable: true });
                    document.body.dispatchEvent(event);
                }
                """,
                new[] { base64, type, member });
        }

        await phone.ExpectCardsAsync(2, "waiting");
    }

    private protected override Task<PageBackend> CreateBackendAsync() => PageBackend.StartWithoutServicesAsync();

    private static Action<JsonObject> TextOf(string content) => document => document["text"] = Result(content);

    private static JsonObject Result(string content) => new()
    {
        ["content"] = content,
        ["languages"] = new JsonArray("eng"),
        ["engine"] = new JsonObject { ["name"] = "tesseract", ["version"] = "5.5.0" },
    };

    private async Task<FilePayload> DrawAsync(string name, int width, int height) =>
        CanvasPictures.File(name, await CanvasPictures.DrawAsync(phone.Page, width, height));

    private async Task ReadAsync(string text)
    {
        await phone.ChooseAsync(await DrawAsync("page.png", 300, 200));
        await phone.ExpectCardsAsync(1, "waiting");
        await Backend.AnswerAsync(await phone.GetOnlyIdAsync(), "image_text_success", TextOf(text));
        await phone.ExpectCardsAsync(1, "done");
    }

    private Task<string> ClipboardAsync() => phone.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
}
