using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>Quick to come, and still under the finger afterwards.</summary>
public sealed class SmoothnessTests : PageTests
{
    [TestCase(1280)]
    [TestCase(390)]
    public async Task An_answer_moves_nothing_and_opening_the_page_again_neither(int width)
    {
        World.Swapi.Faults.Hang = true;
        var phone = await World.OpenAsync(new() { ViewportSize = new() { Width = width, Height = 1200 } });
        await phone.AskAsync(4);
        await phone.AskAsync(1);
        await phone.ShowsAsync(2, "waiting");
        await Device.SaysOfAsync(phone.Unsynced, "Everything is synced");
        var before = await phone.PlacesAsync();

        World.Swapi.Faults = new();
        await phone.ShowsAsync(2, "done");
        Assert.That(await phone.PlacesAsync(), Is.EqualTo(before));

        await phone.Page.ReloadAsync();
        await Device.SaysOfAsync(phone.Connection, "Online");
        Assert.That(await phone.LayoutShiftAsync(), Is.Zero);
        Assert.That(await phone.PlacesAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task The_page_is_painted_within_a_second()
    {
        await (await World.OpenAsync()).DisposeAsync();
        var phone = await World.OpenAsync();
        await Device.SaysOfAsync(phone.Connection, "Online");

        var painted = await phone.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
        TestContext.Out.WriteLine($"First contentful paint after {painted:0} ms");
        Assert.That(painted, Is.LessThan(1000));
    }

    [Test]
    public async Task A_thousand_documents_stay_smooth()
    {
        var documents = Enumerable.Range(0, 1000).Select(number => JsonNode.Parse(
            $$"""{"_id":"person-{{number:0000}}","action":"person_success","person":{"name":"Person {{number}}" } }"""));
        await World.Admin.PostAsJsonAsync("_bulk_docs", new JsonObject { ["docs"] = new JsonArray([.. documents]) });
        var phone = await World.OpenAsync();
        await Assertions.Expect(phone.Cards).ToHaveCountAsync(1000, new() { Timeout = 60_000 });
        await Device.SaysOfAsync(phone.Unsynced, "Everything is synced");

        // The median, because a machine that builds something at the same time drops single frames.
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
