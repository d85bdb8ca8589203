using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>The page is fast, and its elements do not move.</summary>
[NonParallelizable]
public sealed class SmoothnessTests : PageTests
{
    [TestCase(1280)]
    [TestCase(390)]
    public async Task Neither_a_result_nor_a_reload_moves_any_element(int width)
    {
        Backend.Swapi.Faults.Hang = true;
        var phone = await Backend.OpenAsync(new() { ViewportSize = new() { Width = width, Height = 1200 } });
        await phone.AskAsync(4);
        await phone.AskAsync(1);
        await phone.ExpectCardsAsync(2, "waiting");
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");
        var before = await phone.GetPositionsAsync();

        Backend.Swapi.Faults = new();
        await phone.ExpectCardsAsync(2, "done");
        Assert.That(await phone.GetPositionsAsync(), Is.EqualTo(before));

        await phone.Page.ReloadAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");
        Assert.That(await phone.GetLayoutShiftAsync(), Is.Zero);
        Assert.That(await phone.GetPositionsAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task The_page_is_painted_within_a_second()
    {
        await (await Backend.OpenAsync()).DisposeAsync();
        var phone = await Backend.OpenAsync();
        await Device.ExpectTextAsync(phone.Connection, "Online");

        var painted = await phone.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
        TestContext.Out.WriteLine($"First contentful paint after {painted:0} ms");
        Assert.That(painted, Is.LessThan(1000));
    }

    [Test]
    public async Task Scrolling_through_a_thousand_documents_is_smooth()
    {
        var documents = Enumerable.Range(0, 1000).Select(number => JsonNode.Parse(
            $$"""{"_id":"person-{{number:0000}}","action":"person_success","person":{"name":"Person {{number}}" } }"""));
        await Backend.Admin.PostAsJsonAsync("_bulk_docs", new JsonObject { ["docs"] = new JsonArray([.. documents]) });
        var phone = await Backend.OpenAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(1000, new() { Timeout = 60_000 });
        await Device.ExpectTextAsync(phone.Unsynced, "Everything is synced");

        // The median, because a loaded machine drops single frames.
        var frame = await phone.Page.EvaluateAsync<double>("""
            async () => {
                const times = [];
                let before = performance.now();
                for (let frame = 0; frame < 60; frame++) {
                    scrollBy(0, 400);
                    await new Promise(requestAnimationFrame);
                    times.push(performance.now() - before);
                    before = performance.now();
                }
                return times.sort((one, other) => one - other)[30];
            }
            """);
        TestContext.Out.WriteLine($"Median frame while scrolling through 1,000 cards: {frame:0.0} ms");
        Assert.That(frame, Is.LessThan(100));

        await phone.AskAsync(1);
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(1001);
        await Assertions.Expect(phone.Cards.Filter(new() { HasText = "Luke Skywalker" })).ToHaveCountAsync(1, new() { Timeout = 20_000 });
    }
}
