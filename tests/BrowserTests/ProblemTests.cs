using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>What goes wrong on the device itself is said, and not only to those who read the console.</summary>
public sealed class ProblemTests : PageTests
{
    [Test]
    public async Task A_browser_that_keeps_no_documents_says_so()
    {
        var phone = await World.OpenAsync();
        await phone.Context.AddInitScriptAsync("IDBFactory.prototype.open = () => { throw new Error('Storage is forbidden here.'); }");
        await phone.Page.ReloadAsync();

        await Assertions.Expect(Problem(phone.Page)).ToContainTextAsync("Storage is forbidden here.");
    }

    [Test]
    public async Task A_request_that_does_not_fit_on_the_device_says_so()
    {
        var phone = await World.OpenAsync();
        await Device.SaysOfAsync(phone.Connection, "Online");
        await phone.Page.EvaluateAsync("""
            () => { IDBObjectStore.prototype.put = () => { throw new DOMException('The disk is full.', 'QuotaExceededError'); }; }
            """);
        await phone.AskAsync();

        await Assertions.Expect(Problem(phone.Page)).ToContainTextAsync("may not be kept");
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(0);
    }

    [Test]
    public async Task A_page_that_comes_over_plain_http_says_that_it_needs_https()
    {
        var phone = await World.OpenAsync();
        await phone.Context.RouteAsync("http://page.test/**", async route =>
            await route.FulfillAsync(new() { Response = await route.FetchAsync(new() { Url = new Uri(World.Url, new Uri(route.Request.Url).AbsolutePath).ToString() }) }));
        await phone.Page.GotoAsync("http://page.test/");

        await Assertions.Expect(Problem(phone.Page)).ToContainTextAsync("https");
    }

    private static ILocator Problem(IPage page) => page.Locator("#problem");
}
