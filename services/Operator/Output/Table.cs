using OfflineActions.ServiceDefaults.Logging;

namespace OfflineActions.Operator.Output;

/// <summary>Formats rows as a table. Each column is as wide as its widest text.</summary>
internal static class Table
{
    public static IEnumerable<string> Format<T>(IEnumerable<T> rows, IReadOnlyList<Column<T>> columns)
    {
        var cells = rows
            .Select(row => columns.Select(column => VisibleText.Escape(column.Text(row) ?? "-")).ToArray())
            .Prepend(columns.Select(column => column.Heading).ToArray())
            .ToArray();
        var widths = columns.Select((_, at) => cells.Max(row => row[at].Length)).ToArray();

        return cells.Select(row => string
            .Join("  ", row.Select((cell, at) => columns[at].IsNumber ? cell.PadLeft(widths[at]) : cell.PadRight(widths[at])))
            .TrimEnd());
    }
}

/// <summary>One column of a table.</summary>
/// <param name="Heading">Its heading.</param>
/// <param name="Text">The text of a row in this column; null is shown as a dash.</param>
/// <param name="IsNumber">Whether it is aligned to the right.</param>
internal sealed record Column<T>(string Heading, Func<T, string?> Text, bool IsNumber = false);
