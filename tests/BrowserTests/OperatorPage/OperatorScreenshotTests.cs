using Microsoft.Playwright;
using OfflineActions.Dev;
using OfflineActions.Tests.Pipeline;

namespace OfflineActions.Tests.OperatorPage;

/// <summary>Takes screenshots of the operator page into artifacts/screenshots.</summary>
[Category("Browser")]
[Category("Screenshots")]
public sealed class OperatorScreenshotTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "screenshots");

    [Test]
    public async Task Screenshots_of_the_operator_page_are_taken()
    {
        await using var system = await PipelineSystem.StartAsync(new()
        {
            Workers = 2,
            Environment = new Dictionary<string, string?> { ["Bus__PresenceInterval"] = "00:00:00.5", ["Bus__Delays__0"] = "00:10:00" },
            WorkerEnvironment = new Dictionary<string, string?> { ["Swapi__Rounds"] = "1" },
        });
        await using var host = await OperatorPageHost.StartAsync(
            system.SyncGateway.PublicUrl,
            system.BrokerUrl,
            ("Operator:Management", system.Broker.Url.GetLeftPart(UriPartial.Authority)),
            ("Bus:Delays:0", "00:10:00"));
        var orders = Enumerable.Range(1, 60).Select(number => $"order-{number}").ToArray();
        await Task.WhenAll(orders.Select(order => system.Database.PutAsync(order, """{"action":"person_request","personId":1}""")));
        await Task.WhenAll(orders.Select(order => system.UntilStateAsync(order, "person_success")));
        await system.Database.PutAsync("order-61", """{"action":"person_request","personId":5000}""");
        await system.UntilStateAsync("order-61", "person_failure");
        system.Swapi.Faults.ErrorRate = 1;
        await system.Database.PutAsync("order-62", """{"action":"person_request","personId":2}""");
        await system.UntilQueuedAsync("person-requested_delay_10m", 1);

        var browser = await SharedBrowser.GetAsync();
        await using var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1100, Height = 1250 }, ReducedMotion = ReducedMotion.Reduce });
        var page = await context.NewPageAsync();
        await page.GotoAsync(host.Url.ToString());
        await ExpectAsync(page, "60 results and 1 failure for good");
        await ExpectAsync(page, "attempts fail");
        await TakeAsync(page, "operator-overview");

        await page.SetViewportSizeAsync(1100, 760);
        await page.GotoAsync(new Uri(host.Url, "document?id=order-62").ToString());
        await ExpectAsync(page, "1 attempt of 2 failed");
        await TakeAsync(page, "operator-document");
    }

    private static Task ExpectAsync(IPage page, string text) =>
        Assertions.Expect(page.Locator("main")).ToContainTextAsync(text, new() { Timeout = 60_000 });

    private static async Task TakeAsync(IPage page, string name)
    {
        var file = Path.Combine(Folder, name + ".png");
        await page.ScreenshotAsync(new() { Path = file, Animations = ScreenshotAnimations.Disabled, Caret = ScreenshotCaret.Hide });
        Assert.That(new FileInfo(file).Length, Is.InRange(5_000, 250_000));
    }
}
