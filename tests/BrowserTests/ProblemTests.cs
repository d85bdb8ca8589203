using System.Net.Http.Json;
using System.Text.Json.Nodes;
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
        var phone = await Backend.OpenInterceptableAsync();
        await phone.Context.RouteAsync("http://page.test/**", async route =>
            await route.FulfillAsync(new() { Response = await route.FetchAsync(new() { Url = new Uri(Backend.Url, new Uri(route.Request.Url).AbsolutePath).ToString() }) }));
        await phone.Page.GotoAsync("http://page.test/");

        await Assertions.Expect(Problem(phone.Page)).ToContainTextAsync("https");
    }

    [TestCase("_changes")]
    [TestCase("_bulk_get")]
    [TestCase("_revs_diff")]
    [TestCase("_bulk_docs")]
    [TestCase("_local/")]
    [TestCase("/db/")]
    public async Task A_restart_of_Sync_Gateway_is_no_error_on_this_device(string target)
    {
        var phone = await Backend.OpenInterceptableAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        var failures = 0;
        var answers = new Func<IRoute, Task>[]
        {
            route => route.FulfillAsync(new() { Status = 502 }),
            route => route.FulfillAsync(new() { Status = 200, Body = "<html>", ContentType = "text/html" }),
            route => route.FulfillAsync(new() { Status = 200, Body = "{\"results\":[", ContentType = "application/json" }),
        };
        await phone.Context.RouteAsync(
            url => new Uri(url).AbsolutePath is var path && (path == target || path.StartsWith("/db/" + target, StringComparison.Ordinal)),
            route => Interlocked.Increment(ref failures) is var number && number <= answers.Length
                ? answers[number - 1](route)
                : route.ContinueAsync());
        await phone.AskAsync(1);
        await phone.Page.EvaluateAsync("dispatchEvent(new Event('online'))");
        Backend.SyncGateway.Faults.Refuse = true;
        await Device.ExpectTextAsync(phone.Connection, "Server unreachable");
        Backend.SyncGateway.Faults.Refuse = false;

        await phone.ExpectCardsAsync(1, "done");
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        await Assertions.Expect(Problem(phone.Page)).ToBeHiddenAsync();
        Assert.That(phone.Problems, Is.Empty);
    }

    [Test]
    public async Task A_restart_of_Sync_Gateway_right_after_a_batch_is_no_error_on_this_device()
    {
        var phone = await Backend.OpenInterceptableAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        await phone.Context.RouteAsync(url => new Uri(url).AbsolutePath == "/db/", route => route.FulfillAsync(new() { Status = 502 }));
        await Backend.Admin.PutAsJsonAsync("other", new JsonObject { ["action"] = "person_success" });
        await phone.ExpectCardsAsync(1, "done");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        await phone.Page.EvaluateAsync("dispatchEvent(new Event('online'))");

        await Device.ExpectTextAsync(phone.Connection, "Server unreachable");
        await Assertions.Expect(Problem(phone.Page)).ToBeHiddenAsync();
        Assert.That(phone.Problems, Is.Empty);
    }

    private static ILocator Problem(IPage page) => page.Locator("#problem");
}
