namespace OfflineActions.Dev.Testing;

/// <summary>Tesseract, which reads the text of pictures. Without it a worker leaves pictures to others.</summary>
internal static class TesseractPackages
{
    private static readonly string[] Packages = ["tesseract-ocr", "tesseract-ocr-deu"];

    /// <summary>Installs it where it is missing and that is possible.</summary>
    /// <returns>Null, or how to install it.</returns>
    public static async Task<string?> InstallAsync(CancellationToken cancellationToken)
    {
        if (IsInstalled)
        {
            return null;
        }

        if (!OperatingSystem.IsLinux() || !DebianPackage.CanBeInstalled)
        {
            return "Tesseract was not found, so that pictures are not read. Install it: "
                + (OperatingSystem.IsMacOS() ? "brew install tesseract tesseract-lang"
                    : OperatingSystem.IsWindows() ? "winget install UB-Mannheim.TesseractOCR, and add it to PATH"
                    : $"sudo apt-get install {string.Join(' ', Packages)}");
        }

        try
        {
            await DebianPackage.InstallAsync(Packages, cancellationToken);
            return null;
        }
        catch (InvalidOperationException error)
        {
            return $"Pictures are not read: {error.Message}";
        }
    }

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "tesseract.exe" : "tesseract")));
}
