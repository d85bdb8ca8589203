using System.Globalization;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>What one round of a case came to.</summary>
/// <param name="Case">Its letter.</param>
/// <param name="Documents">How many requests there were.</param>
/// <param name="Lost">Documents that still ask although everything has come to rest.</param>
/// <param name="Stuck">Messages that still lie in a queue where none is meant to stay, or in a worker's hands.</param>
/// <param name="Duplicated">Revisions that were written beyond the one that answers.</param>
/// <param name="Redelivered">Messages the broker delivered again, as far as it has counted since it started.</param>
/// <param name="Seconds">From the first request to the last answer.</param>
internal sealed record ChaosResult(string Case, int Documents, int Lost, int Stuck, int Duplicated, long Redelivered, double Seconds)
{
    public const string Header = "case\tdocuments\tlost\tstuck\tduplicated\tredelivered\tseconds";

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Case}\t{Documents}\t{Lost}\t{Stuck}\t{Duplicated}\t{Redelivered}\t{Seconds:0.0}");
}

/// <summary>The table of results of the last run, one line for each round: <c>artifacts/chaos/results.tsv</c>.</summary>
internal static class ChaosResults
{
    private static readonly string File = Path.Combine(Repository.Root, "artifacts", "chaos", "results.tsv");

    public static void Begin()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, ChaosResult.Header + "\n");
    }

    public static void Add(ChaosResult result)
    {
        System.IO.File.AppendAllText(File, result + "\n");
        TestContext.Progress.WriteLine($"chaos {result}");
    }
}
