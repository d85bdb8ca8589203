using System.CommandLine;
using OfflineActions.Dev.Testing;

namespace OfflineActions.Dev.Commands;

/// <summary>
/// <c>./dev screenshots</c>: takes screenshots of both pages, and renews those that are in the repository.
/// </summary>
internal sealed class ScreenshotsCommand : Command
{
    private static readonly string All = Path.Combine(Repository.Root, "artifacts", "screenshots");

    private static readonly (string Service, string[] Pictures)[] Shown =
    [
        ("WebClient", ["states-wide-light.png", "states-narrow-dark.png"]),
        ("Operator", ["operator-overview.png", "operator-document.png"]),
    ];

    public ScreenshotsCommand()
        : base("screenshots", "Take screenshots of both pages, and renew those in the repository") => SetAction(RunAsync);

    private static async Task<int> RunAsync(ParseResult parseResult, CancellationToken cancellationToken)
    {
        if (await TestBrowser.PrepareAsync(cancellationToken) is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        var exitCode = await DotNet.TestAsync(
            ["tests/BrowserTests", "--nologo", "--filter", "TestCategory=Screenshots"], [], cancellationToken);
        if (exitCode == 0)
        {
            foreach (var (service, pictures) in Shown)
            {
                var folder = Path.Combine(Repository.Root, "services", service, "screenshots");
                Directory.CreateDirectory(folder);
                foreach (var picture in pictures)
                {
                    File.Copy(Path.Combine(All, picture), Path.Combine(folder, picture), overwrite: true);
                }
            }

            Console.WriteLine($"All screenshots: {All}");
        }

        return exitCode;
    }
}
