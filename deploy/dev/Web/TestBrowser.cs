using OfflineActions.Dev.Commands;

namespace OfflineActions.Dev;

/// <summary>Makes sure that the tests of the page have what they need: the page, and a browser.</summary>
internal static class TestBrowser
{
    /// <summary>Builds the page; where it is easy and allowed, installs a browser.</summary>
    /// <returns>Null when everything is there; else what is missing, and the tests of the page cannot run.</returns>
    public static async Task<string?> PrepareAsync(CancellationToken cancellationToken)
    {
        if (await WebPage.BuildAsync(cancellationToken) is { } missing)
        {
            return missing;
        }

        if (OperatingSystem.IsLinux() && Chromium.Find() is null && DebianPackage.CanBeInstalled)
        {
            await DebianPackage.InstallAsync("chromium", cancellationToken);
        }

        return Chromium.Find() is not { } browser ? "There is no browser: install Chromium or Chrome, or name one with CHROMIUM=/path/to/it."
            : File.Exists(browser) ? null
            : $"There is no browser where CHROMIUM says, at {browser}.";
    }
}
