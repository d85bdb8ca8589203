using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OfflineActions.Emulators.Recording;

namespace OfflineActions.Emulators.Replay;

/// <summary>Compares an answer with the recorded one, and learns the values that this server chose.</summary>
internal sealed partial class Comparison(ReplayOptions options, LearnedValues values)
{
    /// <summary>Headers that say nothing about the answer, or are different in every run.</summary>
    private static readonly string[] OtherInEachRun =
        ["Date", "Server", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Sec-WebSocket-Accept"];

    /// <returns>The differences, each a line; none when the answers are the same.</returns>
    public IReadOnlyList<string> Find(Exchange exchange, RecordedAnswer? actual)
    {
        if (exchange.Answer is not { } recorded || actual is null)
        {
            return (exchange.Answer, actual) switch
            {
                (null, null) => [],
                (null, _) => [$"status {actual!.Status}, recorded: the connection ended without an answer"],
                _ => [$"the connection ended without an answer, recorded: status {exchange.Answer.Status}"],
            };
        }

        // A generated id is learned from the body, and is in a header, too.
        var inBodies = (recorded.Messages is { } messages
            ? FindInRows("rows of the websocket", Rows(messages), Rows(actual.Messages ?? []), exchange)
            : FindInBodies(exchange, recorded, actual)).ToList();
        var status = recorded.Status == actual.Status ? Array.Empty<string>() : [$"status {actual.Status}, recorded {recorded.Status}"];
        return [.. status, .. FindInHeaders(recorded, actual), .. inBodies];
    }

    private static List<string> Rows(IReadOnlyList<RecordedMessage> messages) =>
        [.. messages.Where(message => message.From == "server").SelectMany(message => FeedRows.Split(message.Text))];

    private IEnumerable<string> FindInHeaders(RecordedAnswer recorded, RecordedAnswer actual)
    {
        LearnCookies(recorded, actual);
        return
            from name in recorded.Headers.Concat(actual.Headers).Select(header => header.Name).Distinct(StringComparer.OrdinalIgnoreCase)
            where !OtherInEachRun.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !options.Ignored.Contains("header:" + name.ToLowerInvariant())
            let was = ValueOf(recorded, name)
            let found = ValueOf(actual, name)
            where found != (was is null ? null : values.Apply(was))
            select $"header {name}: {found ?? "none"}, recorded {was ?? "none"}";
    }

    private string? ValueOf(RecordedAnswer answer, string name)
    {
        var all = answer.Headers.Where(header => header.Is(name)).Select(header => header.Value).ToList();
        var value = all.Count == 0 ? null : string.Join(", ", all);
        return value is null ? null
            : name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase) ? Expires().Replace(value, "$1=(a time)")
            : name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) ? Boundary().Replace(value, "boundary=(any)")
            : options.Ignored.Contains("revisions") ? Revision().Replace(value, "(a revision)") : value;
    }

    private void LearnCookies(RecordedAnswer recorded, RecordedAnswer actual)
    {
        if (recorded.Find("Set-Cookie") is { } was && actual.Find("Set-Cookie") is { } found
            && CookieValue().Match(was) is { Success: true } old && CookieValue().Match(found) is { Success: true } now)
        {
            values.Learn(old.Groups[1].Value, now.Groups[1].Value);
        }
    }

    private IEnumerable<string> FindInBodies(Exchange exchange, RecordedAnswer recorded, RecordedAnswer actual)
    {
        var (was, found) = (recorded.Body, actual.Body);
        if (was?.LeftOut is not null || was == found)
        {
            return [];
        }

        if (TextOf(was, recorded) is not { } oldText || TextOf(found, actual) is not { } newText)
        {
            return FindInBytes(was?.Content ?? [], found?.Content ?? []);
        }

        var (before, after) = (WithoutBoundaries(oldText, recorded), WithoutBoundaries(newText, actual));
        if (LinesOf(before) is { } oldRows && LinesOf(after) is { } newRows)
        {
            return FindInRows("rows", oldRows, newRows, exchange);
        }

        return values.Apply(before) == after ? [] : FindInText(values.Apply(before), after);
    }

    /// <summary>A body as text; bytes of MIME parts are characters of Latin-1. Null for other bytes, and without a body.</summary>
    private static string? TextOf(RecordedBody? body, RecordedAnswer answer) => body?.Text
        ?? (body is not null && Boundary().IsMatch(answer.Find("Content-Type") ?? "") ? Encoding.Latin1.GetString(body.Content) : null);

    /// <summary>The lines of a continuous feed, or the one text of any other answer; null when a line is no JSON.</summary>
    private static List<string>? LinesOf(string text)
    {
        if (IsJson(text))
        {
            return [text];
        }

        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
        return lines.TrueForAll(IsJson) ? lines : null;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private IEnumerable<string> FindInRows(string name, List<string> recorded, List<string> actual, Exchange exchange)
    {
        if (recorded.Count != actual.Count)
        {
            yield return $"{actual.Count} {name}, recorded {recorded.Count}";
        }

        foreach (var (index, (was, found)) in recorded.Zip(actual).Index())
        {
            using var before = JsonDocument.Parse(was);
            using var after = JsonDocument.Parse(found);
            var path = recorded.Count > 1 ? $"${index}" : "$";
            var json = new JsonComparison(options, values, exchange.Request.Method);
            var differences = json.Find(path, before.RootElement, after.RootElement);
            var now = values.Apply(was);
            var isWrittenOtherwise = differences.Count == 0 && options.Ignored.Count == 0 && JsonComparison.IsSameButForWriting(now, found);
            foreach (var difference in isWrittenOtherwise ? FindInText(now, found) : differences)
            {
                yield return difference;
            }
        }
    }

    private static IEnumerable<string> FindInText(string recorded, string actual)
    {
        var at = recorded.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        yield return $"body from character {at}: {Excerpt(actual, at)}, recorded {Excerpt(recorded, at)}";
    }

    private static IEnumerable<string> FindInBytes(byte[] recorded, byte[] actual)
    {
        if (!recorded.AsSpan().SequenceEqual(actual))
        {
            var at = recorded.AsSpan().CommonPrefixLength(actual);
            yield return $"body of {actual.Length} bytes, recorded {recorded.Length}; they differ from byte {at}";
        }
    }

    private static string Excerpt(string text, int at) =>
        JsonSerializer.Serialize(text[at..Math.Min(text.Length, at + 60)], RecordingFile.Json);

    /// <summary>Boundaries of MIME parts are random.</summary>
    private static string WithoutBoundaries(string text, RecordedAnswer answer)
    {
        var type = answer.Find("Content-Type") ?? "";
        var boundaries = Boundary().IsMatch(type) ? Boundary().Matches($"{type}\n{text}").Select(match => match.Groups[1].Value) : [];
        foreach (var (index, boundary) in boundaries.Distinct().ToList().Index())
        {
            text = text.Replace(boundary, $"(boundary {index})", StringComparison.Ordinal);
        }

        return text;
    }

    [GeneratedRegex("(?i)(expires|max-age)=[^;]*")]
    private static partial Regex Expires();

    [GeneratedRegex("""boundary="?([^";\s]+)"?""")]
    private static partial Regex Boundary();

    [GeneratedRegex("^[^=;]+=([^;]{8,})")]
    private static partial Regex CookieValue();

    [GeneratedRegex(@"\d+-[0-9a-f]{32}")]
    private static partial Regex Revision();
}
