namespace OfflineActions.Dev.Testing;

/// <summary>One test project, named by what its tests need.</summary>
/// <param name="Name">What <c>./dev test</c> calls it.</param>
/// <param name="PrepareAsync">Installs or builds what the tests need. Returns why they cannot run, or null.</param>
/// <param name="LeftOut">The category of tests that another command runs; null for none.</param>
/// <param name="MostlyWaits">Whether its tests wait for most of their time, so that it runs beside the other kinds.</param>
internal sealed record TestKind(
    string Name, Func<CancellationToken, Task<string?>> PrepareAsync, string? LeftOut = null, bool MostlyWaits = false)
{
    /// <summary>Every kind, the fastest first.</summary>
    public static IReadOnlyList<TestKind> All { get; } =
    [
        new("unit", NeedsNothing),
        new("kubernetes", TestKubectl.PrepareAsync),
        new("process", PrepareTesseractAsync),
        new("broker", PrepareTesseractAndBrokerAsync, LeftOut: "Upgrade", MostlyWaits: true),
        new("monitoring", TestPrometheus.PrepareAsync),
        new("browser", PrepareBrowserAndBrokerAsync, LeftOut: "Screenshots"),
        new("chaos", PrepareTesseractAndOwnBrokerAsync, LeftOut: "Long"),
    ];

    /// <summary>The project, relative to the repository.</summary>
    public string Project => $"tests/{char.ToUpperInvariant(Name[0])}{Name[1..]}Tests";

    /// <summary>The operator page is tested with a real broker.</summary>
    private static async Task<string?> PrepareBrowserAndBrokerAsync(CancellationToken cancellationToken) =>
        await TestBrowser.PrepareAsync(cancellationToken) ?? await TestBroker.PrepareAsync(cancellationToken);

    /// <summary>Without Tesseract the tests that need it are ignored, and say so.</summary>
    private static async Task<string?> PrepareTesseractAsync(CancellationToken cancellationToken)
    {
        if (await TesseractPackages.InstallAsync(cancellationToken) is { } missing)
        {
            Console.WriteLine(missing);
        }

        return null;
    }

    private static async Task<string?> PrepareTesseractAndBrokerAsync(CancellationToken cancellationToken) =>
        await PrepareTesseractAsync(cancellationToken) ?? await TestBroker.PrepareAsync(cancellationToken);

    private static async Task<string?> PrepareTesseractAndOwnBrokerAsync(CancellationToken cancellationToken) =>
        await PrepareTesseractAsync(cancellationToken) ?? await TestBroker.PrepareOwnAsync(cancellationToken);

    private static Task<string?> NeedsNothing(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}
