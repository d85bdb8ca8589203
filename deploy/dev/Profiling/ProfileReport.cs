using System.Globalization;
using System.Text;

namespace OfflineActions.Dev.Profiling;

/// <summary>The report of a profile: for each part and area of code the processor time, then the memory. Pure.</summary>
/// <param name="parts">What was done while samples were taken.</param>
/// <param name="memory">The memory afterwards.</param>
internal sealed class ProfileReport(IReadOnlyList<ProfiledPart> parts, ProfiledMemory memory)
{
    /// <summary>The report as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder($"""
            # Where processor time and memory go

            Written by `./dev bench --profile`: one gateway and one worker, Release builds, with an emulated Sync Gateway, an emulated SWAPI whose
            answers are cached, and RabbitMQ. `perf` asks each processor 999 times a second what it does, and each sample counts for the
            library that the processor works for. The times are those of `/proc`, divided by these shares; to be watched costs time, too.

            """);
        foreach (var part in parts)
        {
            Table(text, part.Name, "code", part.Areas().Select(row => (row.Area, row.Gateway, row.Worker)), decimals: part.Gateway >= 100 ? 0 : 3);
        }

        Table(text, "Memory (PSS) after a burst, MB", "for", memory.Kinds(), decimals: 0);
        return text.ToString();
    }

    private static void Table(
        StringBuilder text, string title, string what, IEnumerable<(string Name, double Gateway, double Worker)> rows, int decimals)
    {
        var all = rows.ToArray();
        text.AppendLine(CultureInfo.InvariantCulture, $"\n## {title}\n\n| {what} | gateway | worker |\n|---|---:|---:|");
        foreach (var (name, gateway, worker) in all.Append(("**all**", all.Sum(row => row.Gateway), all.Sum(row => row.Worker))))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {Show(gateway)} | {Show(worker)} |");
        }

        string Show(double value) => value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
    }
}

/// <summary>One part of a profile.</summary>
/// <param name="Name">What was done, and the unit of the times.</param>
/// <param name="Gateway">The processor time of the gateway.</param>
/// <param name="Worker">The processor time of the worker.</param>
/// <param name="Samples">Where it went.</param>
internal sealed record ProfiledPart(string Name, double Gateway, double Worker, ProfiledSamples Samples)
{
    /// <summary>The processor time of each area, the most expensive first.</summary>
    public IEnumerable<(string Area, double Gateway, double Worker)> Areas() =>
        from area in Samples.Gateway.Concat(Samples.Worker).Select(share => share.Area).Distinct()
        let row = (Area: area, Gateway: Gateway * Share(Samples.Gateway, area), Worker: Worker * Share(Samples.Worker, area))
        orderby row.Gateway + row.Worker descending
        select row;

    private static double Share(IEnumerable<(string Area, double Share)> shares, string area) =>
        shares.FirstOrDefault(share => share.Area == area).Share;
}

/// <summary>The shares of the areas in the processor time of each process.</summary>
internal sealed record ProfiledSamples(IReadOnlyList<(string Area, double Share)> Gateway, IReadOnlyList<(string Area, double Share)> Worker);

/// <summary>The memory of each process by kind, in bytes.</summary>
internal sealed record ProfiledMemory(IReadOnlyDictionary<string, long> Gateway, IReadOnlyDictionary<string, long> Worker)
{
    /// <summary>The same in megabytes.</summary>
    public IEnumerable<(string Kind, double Gateway, double Worker)> Kinds() =>
        Gateway.Keys.Select(kind => (kind, Gateway[kind] / 1e6, Worker[kind] / 1e6));
}
