using System.Globalization;
using System.Text;

namespace OfflineActions.Emulators.Wire;

/// <summary>A header as it was sent.</summary>
/// <param name="Name">Its name, in the case in which it was sent.</param>
/// <param name="Value">Its value without the white space around it.</param>
internal sealed record HttpHeader(string Name, string Value)
{
    public bool Is(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The first line and the headers of an HTTP/1.1 message.</summary>
/// <param name="FirstLine">The request line or the status line.</param>
/// <param name="Headers">The headers in the order in which they were sent.</param>
internal sealed record HttpHead(string FirstLine, IReadOnlyList<HttpHeader> Headers)
{
    /// <summary>The method of a request; the first word of any first line.</summary>
    public string Method => FirstLine.Split(' ')[0];

    /// <summary>The target of a request, not decoded; empty where there is none.</summary>
    public string Target => FirstLine.Split(' ') is { Length: > 1 } words ? words[1] : "";

    /// <summary>The status of an answer; 0 where the line has none.</summary>
    public int Status => FirstLine.Split(' ') is { Length: > 1 } words
        && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;

    /// <summary>The value of the first header of that name; null without one.</summary>
    public string? Find(string name) => Headers.FirstOrDefault(header => header.Is(name))?.Value;

    /// <summary>Whether a header of that name lists the token, in any case.</summary>
    public bool Lists(string name, string token) => Headers.Where(header => header.Is(name))
        .SelectMany(header => header.Value.Split(',', StringSplitOptions.TrimEntries))
        .Contains(token, StringComparer.OrdinalIgnoreCase);

    /// <param name="text">The head without the empty line at its end.</param>
    public static HttpHead Parse(string text)
    {
        var lines = text.Split("\r\n");
        return new(lines[0], [.. lines[1..].Select(line => line.Split(':', 2)).Select(parts =>
            new HttpHeader(parts[0], parts.Length > 1 ? parts[1].Trim(' ', '\t') : ""))]);
    }

    /// <summary>The head with the empty line at its end.</summary>
    public byte[] ToBytes() => Encoding.Latin1.GetBytes(
        string.Concat([FirstLine, "\r\n", .. Headers.Select(header => $"{header.Name}: {header.Value}\r\n"), "\r\n"]));
}
