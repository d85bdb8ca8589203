using System.Xml.Linq;

namespace OfflineActions.Dev.Testing;

/// <summary>The counts of a test run.</summary>
/// <param name="Passed">Tests that passed.</param>
/// <param name="Failed">Tests that failed.</param>
/// <param name="Skipped">Tests that neither passed nor failed: ignored, inconclusive, not run.</param>
public sealed record TestSummary(int Passed, int Failed, int Skipped)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>0 only if at least one test ran and every test passed. A skipped test proves nothing, so it fails the run.</summary>
    public int ExitCode => Passed > 0 && Failed == 0 && Skipped == 0 ? 0 : 1;

    /// <summary>Adds up all TRX files in a folder and below it. Without a folder or a file, no test ran.</summary>
    public static TestSummary Read(string folder)
    {
        // Counts each result: the counters in the file's own summary leave skipped tests out.
        var outcomes = (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.trx", SearchOption.AllDirectories) : [])
            .SelectMany(file => XDocument.Load(file).Descendants(Trx + "UnitTestResult"))
            .Select(result => result.Attribute("outcome")?.Value)
            .ToList();
        var passed = outcomes.Count(outcome => outcome == "Passed");
        var failed = outcomes.Count(outcome => outcome is "Failed" or "Error" or "Timeout" or "Aborted");
        return new TestSummary(passed, failed, outcomes.Count - passed - failed);
    }

    /// <summary>The last line of <c>./dev test</c>.</summary>
    public override string ToString() =>
        $"{Passed} passed, {Failed} failed" + (Skipped > 0 ? $", {Skipped} skipped" : string.Empty);
}
