using System.Globalization;
using System.Text;

namespace OfflineActions.Dev.Profiling;

/// <summary>The report of a profile. Pure.</summary>
/// <param name="tables">What was measured, in this order.</param>
internal sealed class ProfileReport(IReadOnlyList<ProfileTable> tables)
{
    /// <summary>The report as Markdown.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder($"""
            # Where processor time and memory go

            Written by `./dev bench --profile`: one gateway and one worker, if nothing else is said, Release builds, with an emulated Sync
            Gateway, an emulated SWAPI, and RabbitMQ. `perf` asks each processor 999 times a second what it does, and each sample counts for
            the library that the processor works for. The times are those of `/proc`, divided by these shares; to be watched costs time, too.
            Memory is PSS and was measured without `perf`.

            """);
        foreach (var table in tables)
        {
            text.Append(table.ToMarkdown());
        }

        return text.ToString();
    }
}

/// <summary>A table of the report: a column for each process or moment, and a row for each thing that takes time or memory.</summary>
/// <param name="Title">What was done, and the unit of the values.</param>
/// <param name="What">What the rows are.</param>
/// <param name="Columns">The columns. A column has no value for a row that does not concern it.</param>
/// <param name="Decimals">How many decimals are meaningful.</param>
internal sealed record ProfileTable(string Title, string What, IReadOnlyList<ProfileColumn> Columns, int Decimals)
{
    /// <summary>The table as Markdown, the largest rows first.</summary>
    public string ToMarkdown()
    {
        var rows = Columns.SelectMany(column => column.Values.Keys).Distinct()
            .OrderByDescending(row => Columns.Sum(column => column.Values.GetValueOrDefault(row)))
            .Select(row => (row, Columns.Select(column => column.Values.GetValueOrDefault(row))))
            .Append(("**all**", Columns.Select(column => column.Values.Values.Sum())));
        var text = new StringBuilder().AppendLine(CultureInfo.InvariantCulture, $"""

            ## {Title}

            | {What} | {string.Join(" | ", Columns.Select(column => column.Name))} |
            |---|{string.Concat(Columns.Select(_ => "---:|"))}
            """);
        foreach (var (name, values) in rows)
        {
            var cells = values.Select(value => value.ToString($"N{Decimals}", CultureInfo.InvariantCulture));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {string.Join(" | ", cells)} |");
        }

        return text.ToString();
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Name">The process or the moment.</param>
/// <param name="Values">The value of each row, in the unit of the table.</param>
internal sealed record ProfileColumn(string Name, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Where the processor time of a process went.</summary>
    /// <param name="name">The process.</param>
    /// <param name="time">Its processor time, in the unit of the table.</param>
    /// <param name="shares">The parts of that time, of 1 in all.</param>
    public static ProfileColumn OfTime(string name, double time, IEnumerable<(string Area, double Share)> shares) =>
        new(name, shares.ToDictionary(share => share.Area, share => share.Share * time));

    /// <summary>What the memory of a process is used for, in megabytes.</summary>
    /// <param name="name">The process or the moment.</param>
    /// <param name="kinds">The bytes of each kind.</param>
    public static ProfileColumn OfMemory(string name, IReadOnlyDictionary<string, long> kinds) =>
        new(name, kinds.ToDictionary(kind => kind.Key, kind => kind.Value / 1e6));
}
