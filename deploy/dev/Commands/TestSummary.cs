using System.Xml.Linq;

namespace OfflineActions.Dev.Commands;

/// <summary>What a test run came to.</summary>
/// <param name="Passed">Tests that passed.</param>
/// <param name="Failed">Tests that failed.</param>
/// <param name="Skipped">Tests that neither passed nor failed: ignored, inconclusive, not run.</param>
public sealed record TestSummary(int Passed, int Failed, int Skipped)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>0 only if there were tests, and every one of them passed: a skipped test proves nothing.</summary>
    public int ExitCode => Passed > 0 && Failed == 0 && Skipped == 0 ? 0 : 1;

    /// <summary>Adds up all TRX files in a folder; no folder or no file means that no test ran.</summary>
    public static TestSummary Read(string folder)
    {
        // Counted result by result: the counters in the file's own summary do not count what was skipped.
        var outcomes = (Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.trx", SearchOption.AllDirectories) : [])
            .SelectMany(file => XDocument.Load(file).Descendants(Trx + "UnitTestResult"))
            .Select(result => result.Attribute("outcome")?.Value)
            .ToList();
        var passed = outcomes.Count(outcome => outcome == "Passed");
        var failed = outcomes.Count(outcome => outcome is "Failed" or "Error" or "Timeout" or "Aborted");
        return new TestSummary(passed, failed, outcomes.Count - passed - failed);
    }

    /// <summary>The last line of a test run.</summary>
    public override string ToString() =>
        $"{Passed} passed, {Failed} failed" + (Skipped > 0 ? $", {Skipped} skipped" : string.Empty);
}
