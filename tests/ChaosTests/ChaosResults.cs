using System.Globalization;
using OfflineActions.Dev;

namespace OfflineActions.Tests.Chaos;

/// <summary>The result of one round of a case.</summary>
/// <param name="Case">The letter of the case.</param>
/// <param name="Documents">Number of requests.</param>
/// <param name="Lost">Documents that are still requests when no message is in flight.</param>
/// <param name="Stuck">Messages left unacknowledged, or in a queue other than the error queue.</param>
/// <param name="Duplicated">Revisions written beyond the one with the result.</param>
/// <param name="Redelivered">Redeliveries since the broker started.</param>
/// <param name="Seconds">From the first request to the last result.</param>
/// <param name="Recoveries">
/// The time after each failure, in seconds, until a request that was written right after it had its result. Few cases measure it.
/// </param>
internal sealed record ChaosResult(
    string Case, int Documents, int Lost, int Stuck, int Duplicated, long Redelivered, double Seconds, IReadOnlyList<double> Recoveries)
{
    public const string Header = "case\tdocuments\tlost\tstuck\tduplicated\tredelivered\tseconds\trecovery";

    public override string ToString()
    {
        var recovery = string.Join('/', Recoveries.Select(seconds => seconds.ToString("0.0", CultureInfo.InvariantCulture)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Case}\t{Documents}\t{Lost}\t{Stuck}\t{Duplicated}\t{Redelivered}\t{Seconds:0.0}\t{(recovery is "" ? "-" : recovery)}");
    }
}

/// <summary>Writes the results of the last run to <c>artifacts/chaos/results.tsv</c>, one line per round.</summary>
internal static class ChaosResults
{
    private static readonly Lock Gate = new();
    private static readonly string File = Path.Combine(Repository.Root, "artifacts", "chaos", "results.tsv");

    public static void Start()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, ChaosResult.Header + "\n");
    }

    public static void Add(ChaosResult result)
    {
        lock (Gate)
        {
            System.IO.File.AppendAllText(File, result + "\n");
        }

        TestContext.Progress.WriteLine($"chaos {result}");
    }
}
