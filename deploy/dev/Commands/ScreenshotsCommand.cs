using System.CommandLine;

namespace OfflineActions.Dev.Commands;

/// <summary><c>./dev screenshots</c>: pictures of the page in its main states, and the two of them that the README shows.</summary>
internal sealed class ScreenshotsCommand : Command
{
    private static readonly string Taken = Path.Combine(Repository.Root, "artifacts", "screenshots");
    private static readonly string Shown = Path.Combine(Repository.Root, "services", "WebClient", "screenshots");

    public ScreenshotsCommand()
        : base("screenshots", "take pictures of the page, and renew those in the README") => SetAction(TakeAsync);

    private static async Task<int> TakeAsync(ParseResult given, CancellationToken cancellationToken)
    {
        if (await TestBrowser.PrepareAsync(cancellationToken) is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        var exitCode = await DotNet.TestAsync(["tests/Microservices.Tests", "--nologo", "--filter", "FullyQualifiedName~ScreenshotTests"], [], cancellationToken);
        if (exitCode == 0)
        {
            Directory.CreateDirectory(Shown);
            foreach (var picture in new[] { "states-wide-light.png", "states-narrow-dark.png" })
            {
                File.Copy(Path.Combine(Taken, picture), Path.Combine(Shown, picture), overwrite: true);
            }

            Console.WriteLine($"All pictures are in {Taken}, those of the README in {Shown}.");
        }

        return exitCode;
    }
}
