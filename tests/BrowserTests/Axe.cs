using System.Text.Json;
using Microsoft.Playwright;
using OfflineActions.Dev;

namespace OfflineActions.Tests;

/// <summary>Looks for barriers in a page with axe, and for content that is wider than the screen.</summary>
internal static class Axe
{
    /// <summary>What axe finds; nothing when there is no barrier.</summary>
    public static async Task<IEnumerable<string>> FindViolationsAsync(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(Path.Combine(WebPage.Source, "node_modules", "axe-core", "axe.min.js")));
        var found = await page.EvaluateAsync<JsonElement>("async () => (await axe.run()).violations");
        return found.EnumerateArray().Select(violation =>
            $"{violation.GetProperty("impact")} {violation.GetProperty("id")}: {violation.GetProperty("nodes")[0].GetProperty("html")}");
    }

    /// <summary>By how many pixels the page is wider than the screen.</summary>
    public static Task<int> GetOverflowAsync(IPage page) =>
        page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
