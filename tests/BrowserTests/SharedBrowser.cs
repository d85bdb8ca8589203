using Microsoft.Playwright;
using OfflineActions.Dev;

namespace OfflineActions.Tests;

/// <summary>One browser for all tests. Each test opens its own devices (browser profiles) in it.</summary>
[SetUpFixture]
public sealed class SharedBrowser
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static IPlaywright? playwright;
    private static IBrowser? browser;

    /// <summary>Returns the browser. The first call builds the page and starts the browser.</summary>
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
