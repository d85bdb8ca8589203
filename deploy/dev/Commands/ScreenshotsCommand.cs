using System.CommandLine;
using OfflineActions.Dev.Testing;

namespace OfflineActions.Dev.Commands;

/// <summary>
/// <c>./dev screenshots</c>: takes screenshots of the page in its main states, and renews the two in the web client's README.
/// </summary>
internal sealed class ScreenshotsCommand : Command
{
    private static readonly string All = Path.Combine(Repository.Root, "artifacts", "screenshots");
    private static readonly string Readme = Path.Combine(Repository.Root, "services", "WebClient", "screenshots");

    public ScreenshotsCommand()
        : base("screenshots", "Take screenshots of the page, and renew those in the web client's README") => SetAction(RunAsync);

    private static async Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        if (await TestBrowser.PrepareAsync(cancellationToken) is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        var exitCode = await DotNet.TestAsync(
            ["tests/BrowserTests", "--nologo", "--filter", "FullyQualifiedName~ScreenshotTests"], [], cancellationToken);
        if (exitCode == 0)
        {
            Directory.CreateDirectory(Readme);
            foreach (var picture in new[] { "states-wide-light.png", "states-narrow-dark.png" })
            {
                File.Copy(Path.Combine(All, picture), Path.Combine(Readme, picture), overwrite: true);
            }

            Console.WriteLine($"All screenshots: {All}\nThose in the README: {Readme}");
        }

        return exitCode;
    }
}
