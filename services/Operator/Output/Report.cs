using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using OfflineActions.ServiceDefaults.Logging;

namespace OfflineActions.Operator.Output;

/// <summary>Writes a command's results: a table for people, or one JSON object per line for scripts.</summary>
internal sealed class Report(ParseResult given)
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "one JSON object per line instead of a table",
        Recursive = true,
    };

    /// <summary>How every row is written, on one line.</summary>
    public static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    private readonly TextWriter output = given.InvocationConfiguration.Output;
    private readonly TextWriter error = given.InvocationConfiguration.Error;
    private readonly bool isJson = given.GetValue(Json);

    /// <summary>Writes all rows, as a table or as JSON lines.</summary>
    public void WriteRows<T>(IReadOnlyCollection<T> rows, params Column<T>[] columns)
    {
        if (isJson)
        {
            foreach (var row in rows)
            {
                WriteJsonLine(row);
            }
        }
        else if (rows.Count > 0)
        {
            foreach (var line in Table.Format(rows, columns))
            {
                output.WriteLine(line);
            }
        }
    }

    /// <summary>Writes one row and flushes, for a command that changes something with each row.</summary>
    public void WriteRow<T>(T row, string sentence)
    {
        if (isJson)
        {
            WriteJsonLine(row);
        }
        else
        {
            output.WriteLine(VisibleText.Escape(sentence));
            output.Flush();
        }
    }

    /// <summary>Writes one row as JSON on one line, also without <c>--json</c>, and flushes.</summary>
    public void WriteJsonLine<T>(T row)
    {
        output.WriteLine(JsonSerializer.Serialize(row, Compact));
        output.Flush();
    }

    /// <summary>Writes one row as JSON; without <c>--json</c> indented.</summary>
    public void WriteJson<T>(T row) => output.WriteLine(JsonSerializer.Serialize(row, isJson ? Compact : Indented));

    /// <summary>Writes a line for people; nothing with <c>--json</c>.</summary>
    public void WriteSentence(string sentence)
    {
        if (!isJson)
        {
            output.WriteLine(VisibleText.Escape(sentence));
        }
    }

    /// <summary>Writes a warning to the error stream.</summary>
    public void WriteWarning(string sentence) => error.WriteLine("operator: " + VisibleText.Escape(sentence));

    /// <summary>Writes a line for people to the error stream, for a command whose output a program reads.</summary>
    public void WriteNote(string sentence) => error.WriteLine(VisibleText.Escape(sentence));
}
