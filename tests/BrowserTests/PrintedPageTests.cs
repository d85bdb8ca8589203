using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OfflineActions.Dev;
using OfflineActions.Tests.Pictures;

namespace OfflineActions.Tests.WebClient;

/// <summary>A photo of a printed page, from the page in the browser to Tesseract and back: nothing in between is replaced but Sync Gateway and SWAPI.</summary>
[Category("Browser")]
public sealed partial class PrintedPageTests
{
    private static readonly string[] Lines =
    [
        "The quick brown fox jumps over the lazy dog.",
        "Invoice 2718 of 14 March, due within 30 days.",
        "Please quote the number when you pay.",
    ];

    [Test]
    public async Task The_text_of_a_page_that_was_photographed_offline_and_the_person_asked_for_with_it_are_there_when_the_network_is_back()
    {
        Engine.Create();
        var browser = await SharedBrowser.GetAsync();
        await using var host = ChildProcess.Start(new ChildProcessOptions
        {
            Name = "DevHost",
            Program = Repository.DotNet,
            Arguments = ["exec", Repository.Program("DevHost"), "--ports", "auto"],
        });
        Assert.That(await Dev.Eventually.IsAsync(() => Address().IsMatch(host.Output.ToString()) || host.Exited.IsCompleted), Is.True);
        await using var phone = await Device.OpenAsync(browser, new Uri(Address().Match(host.Output.ToString()).Groups["url"].Value), options: null);
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await phone.ExpectCachedPageAsync();

        await phone.SetOfflineAsync();
        await phone.Page.GetByLabel("Number of the person").FillAsync("4");
        await phone.Page.GetByLabel("and then ask for a person").CheckAsync();
        await phone.ChooseAsync(CanvasPictures.File("page.png", await CanvasPictures.DrawAsync(phone.Page, 2600, 1000, "image/png", Lines)));
        await phone.ExpectCardsAsync(1, "saved");
        await phone.ExpectPhotoAsync(2000, 769);
        await phone.SetOfflineAsync(false);

        await Assertions.Expect(phone.InState("done")).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        var read = await phone.Cards.Locator(".text").InnerTextAsync();
        TestContext.Out.WriteLine(read);
        Assert.That(read.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), Is.EqualTo(Lines));
        await Assertions.Expect(phone.Cards).ToContainTextAsync("202 cm");
        Assert.That(phone.Problems, Is.Empty);
    }

    [GeneratedRegex(@"web client\s+(?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Address();
}
