using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OfflineActions.Dev;

namespace OfflineActions.Tests.WebClient;

/// <summary>Takes screenshots of the page into artifacts/screenshots.</summary>
[Category("Browser")]
[Category("Screenshots")]
public sealed class ScreenshotTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "screenshots");

    [TestCase("wide-light", 1100, 640, ColorScheme.Light)]
    [TestCase("wide-dark", 1100, 640, ColorScheme.Dark)]
    [TestCase("narrow-light", 390, 800, ColorScheme.Light)]
    [TestCase("narrow-dark", 390, 800, ColorScheme.Dark)]
    public async Task Screenshots_of_the_main_states_are_taken(string name, int width, int height, ColorScheme scheme)
    {
        await using var backend = await PageBackend.StartAsync();
        var phone = await backend.OpenAsync(new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce });
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await TakeAsync(phone, $"empty-{name}");

        await PutPhotoAsync(backend, phone);
        await phone.ExpectCardsAsync(1, "done");
        await phone.ExpectPhotoAsync(900, 520);
        await phone.AskAsync(3);
        await phone.ExpectCardsAsync(2, "done");
        await phone.AskAsync(5000);
        await Assertions.Expect(phone.InState("failed")).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        await phone.AskAsync(1);
        await Assertions.Expect(phone.InState("done")).ToHaveCountAsync(3, new() { Timeout = 20_000 });
        backend.Swapi.Faults.Hang = true;
        await phone.AskAsync();
        await Assertions.Expect(phone.InState("waiting")).ToHaveCountAsync(1);
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        await phone.SetOfflineAsync();
        await Device.ExpectTextAsync(phone.Connection, "Offline");
        await phone.AskAsync(4);
        await Device.ExpectTextAsync(phone.Unsynced, "1 not synced yet");
        await TakeAsync(phone, $"states-{name}");

        Assert.That(Directory.GetFiles(Folder, $"*-{name}.png"), Has.Length.EqualTo(2));
        Assert.That(new FileInfo(Path.Combine(Folder, $"states-{name}.png")).Length, Is.InRange(5_000, 150_000));
    }

    /// <summary>A photo whose text was read, as the newest request.</summary>
    private static async Task PutPhotoAsync(PageBackend backend, Device phone)
    {
        string[] lines = ["Dear Chewbacca,", "the Falcon is ready in dock 94.", "Please bring the motivator.", "", "Yours, Han"];
        var photo = await CanvasPictures.DrawAsync(phone.Page, 900, 520, "image/jpeg", lines);
        using var response = await backend.Admin.PutAsJsonAsync("request-zz", new JsonObject
        {
            ["action"] = "image_text_success",
            ["requestedAt"] = "2026-05-04T09:41:07Z",
            ["text"] = new JsonObject { ["content"] = string.Join('\n', lines) },
            ["_attachments"] = new JsonObject
            {
                ["photo.jpg"] = new JsonObject { ["content_type"] = "image/jpeg", ["data"] = Convert.ToBase64String(photo) },
            },
        });
        response.EnsureSuccessStatusCode();
    }

    private static Task<byte[]> TakeAsync(Device device, string name) =>
        device.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, name + ".png"), Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
}
