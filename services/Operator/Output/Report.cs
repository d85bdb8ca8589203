using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OfflineActions.Operator.Output;

/// <summary>What a command found, as a table for people or as a JSON object a line for scripts.</summary>
internal sealed class Report(ParseResult given)
{
    public static readonly Option<bool> Json = new("--json") { Description = "a JSON object a line instead of a table", Recursive = true };

    private static readonly JsonSerializerOptions Fields = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly JsonSerializerOptions Indented = new(Fields) { WriteIndented = true };

    private readonly TextWriter output = given.InvocationConfiguration.Output;
    private readonly TextWriter error = given.InvocationConfiguration.Error;
    private readonly bool json = given.GetValue(Json);

    /// <summary>Writes all rows.</summary>
    public void Rows<T>(IReadOnlyCollection<T> rows, params Column<T>[] columns)
    {
        if (json)
        {
            foreach (var row in rows)
            {
                JsonLine(row);
            }
        }
        else if (rows.Count > 0)
        {
            foreach (var line in Table.Of(rows, columns))
            {
                output.WriteLine(line);
            }
        }
    }

    /// <summary>Writes one row at once, because what it tells has just been done.</summary>
    public void Row<T>(T row, string sentence)
    {
        if (json)
        {
            JsonLine(row);
        }
        else
        {
            output.WriteLine(Printable.Line(sentence));
        }

        output.Flush();
    }

    /// <summary>Writes a row as JSON whatever was asked for.</summary>
    public void JsonLine<T>(T row)
    {
        output.WriteLine(JsonSerializer.Serialize(row, Fields));
        output.Flush();
    }

    /// <summary>Writes everything that is in a row, for people over many lines.</summary>
    public void Tree<T>(T row) => output.WriteLine(JsonSerializer.Serialize(row, json ? Fields : Indented));

    /// <summary>Writes a line for people only; a script reads the rows.</summary>
    public void Say(string sentence)
    {
        if (!json)
        {
            output.WriteLine(Printable.Line(sentence));
        }
    }

    /// <summary>Writes a line to the error stream, in either form.</summary>
    public void Warn(string sentence) => error.WriteLine("operator: " + Printable.Line(sentence));

    /// <summary>Writes a line for people to the error stream, because the output is for a program.</summary>
    public void Note(string sentence) => error.WriteLine(Printable.Line(sentence));
}
