using Microsoft.Playwright;
using OfflineActions.Dev;

namespace OfflineActions.Tests.WebClient;

/// <summary>One browser for all tests of the page; each test opens devices of its own in it.</summary>
[SetUpFixture]
public sealed class TheBrowser
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static IPlaywright? playwright;
    private static IBrowser? browser;

    /// <summary>The browser, started and the page built when the first test wants it.</summary>
    public static async Task<IBrowser> GetAsync()
    {
        await Gate.WaitAsync();
        try
        {
            if (browser is null)
            {
                Assert.That(await WebPage.BuildAsync(), Is.Null);
                playwright = await Playwright.CreateAsync();
                browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium.Find(), Args = Chromium.Arguments });
            }

            return browser;
        }
        finally
        {
            Gate.Release();
        }
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await (browser?.CloseAsync() ?? Task.CompletedTask);
        playwright?.Dispose();
    }
}
