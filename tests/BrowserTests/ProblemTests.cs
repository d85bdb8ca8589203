using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>Errors on the device are shown on the page, not only in the console.</summary>
public sealed class ProblemTests : PageTests
{
    [Test]
    public async Task The_page_shows_that_the_browser_cannot_store_documents()
    {
        var phone = await Backend.OpenAsync();
        await phone.Context.AddInitScriptAsync("IDBFactory.prototype.open = () => { throw new Error('Storage is forbidden here.'); }");
        await phone.Page.ReloadAsync();

        await Assertions.Expect(Problem(phone.Page)).ToContainTextAsync("Storage is forbidden here.");
    }

    [Test]
    public async Task The_page_shows_that_a_request_could_not_be_stored()
    {
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await phone.Page.EvaluateAsync("""
            () => { IDBObjectStore.prototype.put = () => { throw new DOMException('The disk is full.', 'QuotaExceededError'); }; }
            """);
        await phone.AskAsync();

        await Assertions.Expect(Problem(phone.Page)).ToContainTextAsync("may not be saved");
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
    }

    [Test]
    public async Task Over_plain_http_the_page_shows_that_it_needs_https()
    {
        var phone = await Backend.OpenAsync();
        await phone.Context.RouteAsync("http://page.test/**", async route =>
            await route.FulfillAsync(new() { Response = await route.FetchAsync(new() { Url = new Uri(Backend.Url, new Uri(route.Request.Url).AbsolutePath).ToString() }) }));
        await phone.Page.GotoAsync("http://page.test/");

        await Assertions.Expect(Problem(phone.Page)).ToContainTextAsync("https");
    }

    private static ILocator Problem(IPage page) => page.Locator("#problem");
}
