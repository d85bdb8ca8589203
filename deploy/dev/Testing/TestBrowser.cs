namespace OfflineActions.Dev.Testing;

/// <summary>Prepares what the browser tests need: the built page, and a browser.</summary>
internal static class TestBrowser
{
    /// <summary>Builds the page, and installs a browser where that is possible and needed.</summary>
    /// <returns>Null, or what is missing.</returns>
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

        return Chromium.Find() is not { } browser ? "No browser was found: install Chromium or Chrome, or set CHROMIUM=/path/to/browser."
            : File.Exists(browser) ? null
            : $"CHROMIUM names {browser}, which does not exist.";
    }
}
