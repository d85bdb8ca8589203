namespace OfflineActions.Dev;

/// <summary>The browser that tests the page.</summary>
public static class Chromium
{
    /// <summary>Its arguments: no sandbox, because test machines are containers, and no requests to the internet.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    /// <summary>The path in the variable <c>CHROMIUM</c>, or else of an installed browser; null if there is none.</summary>
    public static string? Find() =>
        Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } path ? path : GetUsualPaths().FirstOrDefault(File.Exists);

    private static IEnumerable<string> GetUsualPaths() =>
        OperatingSystem.IsWindows() ? new[]
            {
                Environment.SpecialFolder.ProgramFiles, Environment.SpecialFolder.ProgramFilesX86,
                Environment.SpecialFolder.LocalApplicationData,
            }
            .Select(folder => Path.Combine(Environment.GetFolderPath(folder), "Google", "Chrome", "Application", "chrome.exe"))
            .Append(@"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe")
        : OperatingSystem.IsMacOS() ?
        [
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ]
        : ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
}
