namespace OfflineActions.Operator.Output;

/// <summary>Rows under headings, each column as wide as its widest text.</summary>
internal static class Table
{
    public static IEnumerable<string> Of<T>(IEnumerable<T> rows, IReadOnlyList<Column<T>> columns)
    {
        var cells = rows
            .Select(row => columns.Select(column => Printable.Line(column.Text(row) ?? "-")).ToArray())
            .Prepend(columns.Select(column => column.Head).ToArray())
            .ToArray();
        var widths = columns.Select((_, at) => cells.Max(row => row[at].Length)).ToArray();

        return cells.Select(row => string
            .Join("  ", row.Select((cell, at) => columns[at].Right ? cell.PadLeft(widths[at]) : cell.PadRight(widths[at])))
            .TrimEnd());
    }
}
