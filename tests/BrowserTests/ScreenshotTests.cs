using Microsoft.Playwright;
using OfflineActions.Dev;

namespace OfflineActions.Tests.WebClient;

/// <summary>Takes screenshots of the page into artifacts/screenshots.</summary>
[Category("Browser")]
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

        await phone.AskAsync(3);
        await phone.ExpectCardsAsync(1, "done");
        await phone.AskAsync(5000);
        await Assertions.Expect(phone.InState("failed")).ToHaveCountAsync(1, new() { Timeout = 20_000 });
        await phone.AskAsync(1);
        await Assertions.Expect(phone.InState("done")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
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

    private static Task<byte[]> TakeAsync(Device device, string name) =>
        device.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, name + ".png"), Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
}
