using System.Globalization;
using System.Text;

namespace OfflineActions.Worker.Actions.ImageText;

/// <summary>Reads the table that Tesseract writes (TSV): a row for each page, block, paragraph, line and word.</summary>
internal static class TesseractTable
{
    private const int Columns = 12;
    private const string Page = "1";
    private const string Line = "4";
    private const string Word = "5";

    /// <summary>Reads a table.</summary>
    /// <returns>Null when it has no page: Tesseract could not read the picture, or this is no table.</returns>
    public static RecognisedText? Read(string table)
    {
        ArgumentNullException.ThrowIfNull(table);
        (int Width, int Height)? page = null;
        var lines = new List<(string Paragraph, Words Words)>();
        foreach (var row in table.EnumerateLines())
        {
            var cells = row.ToString().Split('\t', Columns);
            if (cells.Length < Columns || Box.Read(cells) is not { } box)
            {
                continue;
            }

            switch (cells[0])
            {
                case Page:
                    page ??= (box.Width, box.Height);
                    break;
                case Line:
                    lines.Add((string.Join('.', cells[1..4]), new Words(box)));
                    break;
                case Word when lines is [.., var line]:
                    line.Words.Add(cells[11], cells[10]);
                    break;
            }
        }

        if (page is not { } size)
        {
            return null;
        }

        lines.RemoveAll(line => line.Words.IsEmpty);
        return new RecognisedText(size.Width, size.Height, Join(lines), [.. lines.Select(line => line.Words.ToLine())]);
    }

    private static string Join(List<(string Paragraph, Words Words)> lines)
    {
        var content = new StringBuilder();
        string? before = null;
        foreach (var (paragraph, words) in lines)
        {
            content.Append(before is null ? "" : before == paragraph ? "\n" : "\n\n").Append(words.Text);
            before = paragraph;
        }

        return content.ToString();
    }

    private readonly record struct Box(int Left, int Top, int Width, int Height)
    {
        public static Box? Read(string[] cells) =>
            Number(cells[6]) is { } left && Number(cells[7]) is { } top && Number(cells[8]) is { } width && Number(cells[9]) is { } height
                ? new Box(left, top, width, height)
                : null;

        private static int? Number(string cell) =>
            int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The words of one line.</summary>
    private sealed class Words(Box box)
    {
        private readonly StringBuilder text = new();
        private double confidence;
        private int count;

        public bool IsEmpty => count == 0;

        public string Text => text.ToString();

        public void Add(string word, string certainty)
        {
            if (string.IsNullOrWhiteSpace(word)
                || !double.TryParse(certainty, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
            {
                return;
            }

            text.Append(count == 0 ? "" : " ").Append(word.Trim());
            confidence += Math.Min(percent, 100);
            count++;
        }

        public TextLine ToLine() =>
            new(Text, box.Left, box.Top, box.Width, box.Height, Math.Round(confidence / count, 1));
    }
}
